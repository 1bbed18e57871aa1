import { Fragment, type ReactNode, Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import {
  keepLeadingNewline,
  keepLeadingNewlineInParts,
} from '../../../lib/react/compaction/keepLeadingNewline.ts'
import { reassembleTree } from '../../../lib/react/compaction/reassembleTree.ts'
import { compactTree, showHtml } from '../../support/compactTree.ts'

/** A component between an element and its text, like a fragment. */
function Between({ children }: { children?: ReactNode }) {
  return children
}

/** Returns the text that a parser finds in a `<pre>` around the output: first of a miss, then of a hit. */
async function readTextsInPre(output: ReactNode): Promise<string[]> {
  const form = await compactTree(output, renderToString)
  const changed = keepLeadingNewlineInParts(form)
  const stored = reassembleTree(changed, showHtml(form.html))
  return [keepLeadingNewline(output), stored].map((node) => {
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
    ['a list after empty nodes', [null, '', '\na'], '\na'],
    ['a list in a list', [['\na'], 'b'], '\nab'],
    ['a Fragment', <Fragment key="f">{'\na'}</Fragment>, '\na'],
  ])('a leading newline is kept in %s', async (_, output, text) => {
    expect(await readTextsInPre(output)).toEqual([text, text])
  })

  it.each<[string, ReactNode]>([
    ['text that ends in a newline', 'a\n'],
    ['an element', <b key="b">{'\n'}</b>],
    ['a boundary', <Suspense key="s">{'\na'}</Suspense>],
    ['a list that begins with an element', [<b key="b">a</b>, '\n']],
    ['nothing', null],
  ])('output that does not start with a newline is unchanged: %s', async (_, output) => {
    const form = await compactTree(output, renderToString)
    expect(keepLeadingNewline(output)).toBe(output)
    expect(keepLeadingNewlineInParts(form)).toBe(form)
  })
})
