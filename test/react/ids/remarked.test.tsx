import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { type Compact, compact } from '../../../lib/react/compaction/compact.ts'
import { idToken } from '../../../lib/react/ids/idToken.ts'
import { remarked } from '../../../lib/react/ids/remarked.ts'

const form = async (id: string) => {
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
  return (await compact(tree, renderToString)).form
}

describe('the marks of a copy with other ids', () => {
  it('are those of its HTML, as if it had been rendered with these ids', async () => {
    const [before, after] = ['a', 'b'].map((key) => `_${idToken(key)}S_1_`) as [string, string]
    const entry = await form(before)
    const renamed: Compact = { ...entry, html: entry.html.map((html) => html.replaceAll(before, after)) }
    const { html, marks } = await form(after)
    expect(remarked(renamed)).toEqual({ ...renamed, html, marks })
    expect(marks).not.toBe(entry.marks)
    expect(remarked(entry)).toEqual(entry)
  })
})
