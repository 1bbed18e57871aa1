import fc from 'fast-check'
import type { Site } from '../../../support/nextSite.ts'
import { anyTree } from '../anyTree.ts'
import { type BrowserTest, expectSameDom } from '../twins.ts'
import { load } from '../visits.ts'

/** No two rounds share a fragment, in a second try neither. */
let rounds = 0

export function trees(test: BrowserTest, site: () => Site): void {
  test('the document of any trees is the same as without the library', async ({ newVisitor }) => {
    // One page of many trees costs what one of one tree does.
    const someTrees = fc.array(anyTree(), { minLength: 1, maxLength: 30, size: 'max' })
    const take = await expectSameDom(newVisitor, 'cached', { comparison: 'exact' })
    await fc.assert(
      fc.asyncProperty(someTrees, async (trees) => {
        const round = ++rounds
        await site().send({ write: { trees: JSON.stringify({ round, trees }) } })
        await site().get('/cached/trees')
        await Promise.all(trees.map((_, index) => site().stored(`tree ${round} ${index}["cached"]`)))
        await take((page, mode) => load(page, `/${mode}/trees`))
      }),
      { numRuns: 3, interruptAfterTimeLimit: 90_000 },
    )
  })
}
