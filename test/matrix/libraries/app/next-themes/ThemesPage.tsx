import { ThemeProvider } from 'next-themes'
import { Fragment, type Mode } from '../../Fragment'
import { Teaser } from '../../Teaser'
import { read } from '../../testControl'
import { ThemeToggle } from './ThemeToggle'

export function ThemesPage({ mode }: { mode: Mode }) {
  return (
    <>
      <Fragment mode={mode} name="next-themes">
        <Front mode={mode} />
      </Fragment>
      <ThemeProvider forcedTheme="dark">
        <Fragment mode={mode} name="next-themes notes">
          <p>Notes in a nested provider</p>
        </Fragment>
      </ThemeProvider>
    </>
  )
}

async function Front({ mode }: { mode: Mode }) {
  const edition = await read('next-themes')
  return (
    <>
      <h1>Edition {edition}</h1>
      <ThemeToggle>
        <p>
          News of <i>{edition}</i>
        </p>
        <Teaser mode={mode} library="next-themes" />
      </ThemeToggle>
    </>
  )
}
