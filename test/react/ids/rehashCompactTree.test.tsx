import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { CompactTree } from '../../../lib/react/compaction/compactTree.ts'
import { createIdToken } from '../../../lib/react/ids/idToken.ts'
import { rehashCompactTree } from '../../../lib/react/ids/rehashCompactTree.ts'
import { compactTree } from '../../support/compactTree.ts'

const createForm = async (id: string) => {
  const tree = (
    <section>
      <p>
        <label htmlFor={id}>a</label>
        <button type="button" id={id} />
      </p>
      <p>b</p>
      <select id={id} />
    </section>
  )
  return compactTree(tree, renderToString)
}

describe('the hashes of a copy with other ids', () => {
  it('a copy with other ids has the hashes of its own HTML', async () => {
    const [before, after] = ['a', 'b'].map((key) => `_${createIdToken(key)}S_1_`) as [string, string]
    const entry = await createForm(before)
    const renamed: CompactTree = { ...entry, html: entry.html.map((html) => html.replaceAll(before, after)) }
    const { html, htmlHashes } = await createForm(after)
    expect(rehashCompactTree(renamed)).toEqual({ ...renamed, html, htmlHashes })
    expect(htmlHashes).not.toBe(entry.htmlHashes)
    expect(rehashCompactTree(entry)).toEqual(entry)
  })
})
