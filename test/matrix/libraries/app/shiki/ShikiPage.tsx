import { codeToHtml } from 'shiki'
import { Switch } from '../../client/Switch'
import { Fragment, type Mode } from '../../Fragment'
import { Teaser } from '../../Teaser'
import { read } from '../../testControl'

export function ShikiPage({ mode }: { mode: Mode }) {
  return (
    <>
      <Fragment mode={mode} name="shiki">
        <Front mode={mode} />
      </Fragment>
      <Fragment mode={mode} name="shiki examples">
        <Examples />
      </Fragment>
    </>
  )
}

const code = {
  tsx: `export const Price = ({ value }: { value: number }) => (\n  <b title="a & b">{value < 10 && \`$\${value}\`}</b>\n)\n`,
  html: '<p class="lead">1 &lt; 2 &amp; <!-- comment --></p>',
  css: 'a[href^="/"]::after { content: "\\201C" }',
}

async function Front({ mode }: { mode: Mode }) {
  const edition = await read('shiki')
  return (
    <article>
      <h1>Edition {edition}</h1>
      <Code language="tsx" text={`// edition ${edition}\n${code.tsx}`} />
      <Teaser mode={mode} library="shiki" />
    </article>
  )
}

async function Examples() {
  await read('shiki')
  return (
    <Switch
      first={<Code language="html" text={code.html} />}
      second={<Code language="css" text={code.css} />}
    />
  )
}

async function Code({ language, text }: { language: keyof typeof code; text: string }) {
  const themes = { light: 'github-light', dark: 'github-dark' }
  const html = await codeToHtml(text, { lang: language, themes })
  return <div dangerouslySetInnerHTML={{ __html: html }} />
}
