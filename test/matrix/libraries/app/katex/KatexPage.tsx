import { type KatexOptions, renderToString } from 'katex'
import { Switch } from '../../client/Switch'
import { Fragment, type Mode } from '../../Fragment'
import { Teaser } from '../../Teaser'
import { read } from '../../testControl'

export function KatexPage({ mode }: { mode: Mode }) {
  return (
    <>
      <Fragment mode={mode} name="katex">
        <Front mode={mode} />
      </Fragment>
      <Fragment mode={mode} name="katex examples">
        <Examples />
      </Fragment>
    </>
  )
}

async function Front({ mode }: { mode: Mode }) {
  const edition = await read('katex')
  return (
    <article>
      <h1>Edition {edition}</h1>
      <p>
        In a text, <Formula tex={String.raw`e^{i\pi} + 1 = 0`} />, and displayed:
      </p>
      <div
        dangerouslySetInnerHTML={{
          __html: renderToString(
            String.raw`\int_0^\infty \frac{x^{${Number(edition.length)}}}{e^x - 1}\,dx`,
            {
              displayMode: true,
            },
          ),
        }}
      />
      <p>
        Only MathML: <Formula tex={String.raw`\sqrt{a^2 + b^2} < c`} output="mathml" />
      </p>
      <Teaser mode={mode} library="katex" />
    </article>
  )
}

async function Examples() {
  await read('katex')
  return (
    <Switch
      first={<Formula tex={String.raw`\begin{pmatrix} a & b \\ c & d \end{pmatrix}`} />}
      second={<Formula tex={String.raw`\sum_{n=1}^{\infty} \underbrace{\text{x < y \& z}}_{n^{-2}}`} />}
    />
  )
}

function Formula({ tex, output }: { tex: string; output?: KatexOptions['output'] }) {
  return <span dangerouslySetInnerHTML={{ __html: renderToString(tex, { output }) }} />
}
