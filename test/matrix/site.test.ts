import { afterAll, beforeAll, describe } from 'vitest'
import {
  describeDevelopment,
  describeLoadersInDevelopment,
  describeProduction,
} from '../next/behaviours/all.ts'
import { develop, start } from '../support/nextSite.ts'
import { createWorkspace, type Workspace } from '../support/nextWorkspace.ts'
import { setUpSite, visitAllRoutes } from '../support/runningSite.ts'

// The integration app on one version of Next and several of Node. `npm run test:matrix` sets the variables, and reads
// the titles of these `describe`s back from the report.

interface Combination {
  readonly title: string
  /** The binary. */
  readonly node: string
  readonly webpack: boolean
  readonly cacheComponents: boolean
  readonly development: boolean
}

/** JSON: the version of Next, and what to run on it. The combinations of one build follow each other. */
const { next, combinations } = JSON.parse(process.env.MATRIX ?? 'null') ?? missing()

let workspace: Workspace

beforeAll(async () => {
  workspace = await createWorkspace('test/next/fixture', { versions: { next, typescript: '~5.9.3' } })
})

afterAll(() => workspace?.dispose())

for (const { title, ...options } of combinations as Combination[]) {
  describe(title, () => {
    const site = setUpSite(async () => {
      if (!options.development) return start(await workspace.newBuiltSite(options), options)
      const developed = await develop(workspace.newSite(options), options)
      await visitAllRoutes(developed)
      return developed
    })
    if (!options.development) return describeProduction(site, options)
    describeLoadersInDevelopment(site, options)
    describeDevelopment(site, options)
  })
}

function missing(): never {
  throw new Error('The matrix needs to know its versions. Run it with `npm run test:matrix`.')
}
