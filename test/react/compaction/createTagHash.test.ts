import { expect, it } from 'vitest'
import { createTagHash } from '../../../lib/react/compaction/createTagHash.ts'
import { createHtmlHash } from '../../../lib/react/compaction/hashHtml.ts'

it('a tag has the same hash as other HTML, also when it is hashed again', () => {
  const tags = Array.from({ length: 1_500 }, (_, id) => `<article id="${id}" class="item">`)
  for (const tag of [...tags, ...tags.slice(0, 10), `<a href="${'x'.repeat(200)}">`])
    expect(createTagHash(tag)).toEqual(createHtmlHash(tag))
})
