import fc from 'fast-check'
import type { Site } from '../../../support/nextSite.ts'
import { anyTree } from '../anyTree.ts'
import { type BrowserTest, expectSameDom } from '../twins.ts'
import { load } from '../visits.ts'

/** Numbers the rounds, so that no two rounds share a fragment, not even when the test is retried. */
let rounds = 0

export function trees(test: BrowserTest, site: () => Site): void {
  test('the document of any trees equals the document without the library', async ({ newVisitor }) => {
    // A page with many trees takes about as long as a page with one tree.
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
