import { Fragment, type ReactNode, Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { assemble } from '../../../lib/react/compaction/assemble.ts'
import { compact } from '../../../lib/react/compaction/compact.ts'
import { keepNewline, keepNewlineInParts } from '../../../lib/react/compaction/leadingNewline.ts'

/** A component between an element and its text, as a fragment is. */
function Between({ children }: { children?: ReactNode }) {
  return children
}

/** The text that a parser finds in a `<pre>` around the output, as it is rendered and as it is stored. */
async function textsInPre(output: ReactNode): Promise<string[]> {
  const { form } = await compact(output, renderToString)
  const kept = keepNewlineInParts(form)
  const stored = assemble(kept, (index) => ({ dangerouslySetInnerHTML: { __html: form.html[index] } }))
  return [keepNewline(output), stored].map((node) => {
    const html = renderToString(
      <pre>
        <Between>{node}</Between>
      </pre>,
    )
    return html.replace(/^<pre>\n?/, '').replace(/<[^>]*>/g, '')
  })
}

describe('a newline at the start of a fragment in preformatted text', () => {
  it.each<[string, ReactNode, string]>([
    ['text', '\na', '\na'],
    ['nothing but a newline', '\n', '\n'],
    ['two newlines', '\n\na', '\n\na'],
    ['a list', ['\na', <b key="b">c</b>], '\nac'],
    ['a list behind nothing', [null, '', '\na'], '\na'],
    ['a list in a list', [['\na'], 'b'], '\nab'],
    ['a Fragment', <Fragment key="f">{'\na'}</Fragment>, '\na'],
  ])('is kept in %s', async (_, output, text) => {
    expect(await textsInPre(output)).toEqual([text, text])
  })

  it.each<[string, ReactNode]>([
    ['text without one', 'a\n'],
    ['an element', <b key="b">{'\n'}</b>],
    ['a boundary', <Suspense key="s">{'\na'}</Suspense>],
    ['a list that begins with an element', [<b key="b">a</b>, '\n']],
    ['nothing', null],
  ])('leaves %s as it is', async (_, output) => {
    const { form } = await compact(output, renderToString)
    expect(keepNewline(output)).toBe(output)
    expect(keepNewlineInParts(form)).toBe(form)
  })
})
