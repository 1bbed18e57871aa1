import { describe } from 'vitest'
import { describeCaches, setUpProcessGroup } from '../next/behaviours/caches.ts'
import { describeRefusedRoutes } from '../next/behaviours/refusedRoutes.ts'
import { setUpCachingSites } from '../support/cachingSites.ts'

// The caching site on one version of Next and one of Node. `npm run test:matrix` sets the variables, and reads the titles
// of these `describe`s back from the report.

interface CachingCombination {
  readonly title: string
  readonly cacheComponents: boolean
}

/** JSON: the version of Next, the binary of Node, and the builds to test on them. */
const { next, node, combinations } = JSON.parse(process.env.MATRIX ?? 'null') ?? missing()

const sites = setUpCachingSites({ versions: { next, typescript: '~5.9.3' }, node })

for (const { title, cacheComponents } of combinations as CachingCombination[]) {
  describe(title, () => {
    describeCaches(sites, cacheComponents, setUpProcessGroup(sites, cacheComponents), next)
    if (cacheComponents) describeRefusedRoutes(sites, next)
  })
}

function missing(): never {
  throw new Error('The matrix needs to know its versions. Run it with `npm run test:matrix`.')
}
