import { Island } from '../client/Island'
import { Fragment, type Mode } from '../Fragment'
import { read } from '../testControl'

/** A fragment with islands that show the current version of the story. */
export function Story({ mode, name = 'story' }: { mode: Mode; name?: string }) {
  return (
    <Fragment mode={mode} name={name}>
      <Article name={name} />
    </Fragment>
  )
}

async function Article({ name }: { name: string }) {
  const version = await read(name)
  return (
    <article>
      <header>
        <h2>
          Once upon a <em>{name}</em> &amp; more
        </h2>
      </header>
      <ul>
        {['first', 'second'].map((key) => (
          <li key={key}>
            <p>
              {key} version {version} of {name}
            </p>
            <Island label={`${key} ${version}`}>
              <i>{version}</i>
            </Island>
          </li>
        ))}
      </ul>
      <footer>
        <p>
          The end of version <b>{version}</b>
        </p>
      </footer>
    </article>
  )
}
