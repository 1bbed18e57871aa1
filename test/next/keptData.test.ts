import 'next/dist/server/node-environment-baseline.js'
import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { createDependencyScope } from '../../lib/core/dependencyScope.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { createContentCache } from '../../lib/next/createContentCache.ts'
import type { NextWork } from '../../lib/next/internals/nextWork.ts'
import { readTag } from '../../lib/next/internals/patchNextClocks.ts'
import { workUnitAsyncStorage } from '../../lib/next/internals/workAsyncStorage.ts'
import { loadGuarded } from '../../lib/next/loadGuarded.ts'
import { toDataTag } from '../../lib/next/toDataTag.ts'

// Data of `'use cache'` functions, which Next keeps in this process and expires by its tags.

const { createWorkStore } = createRequire(import.meta.url)('next/dist/server/async-storage/work-store.js')
const work: NextWork = createWorkStore({
  page: '/page',
  renderOpts: { experimental: {} },
  buildId: 'build',
})

it.each(['expireObj', 'refreshObj'] as const)(
  "`'use cache'` data is expired when %s resolves, before the handler ends",
  async (method) => {
    const cache = createContentCache({ store: memoryStore({ name: false }) })
    const object = `story:${method}`
    expect(readTag(toDataTag(object, 'cc'))).toBeUndefined()
    await cache[method](object)
    expect(readTag(toDataTag(object, 'cc'))?.expired).toBeGreaterThan(0)
  },
)

it.each([
  ['is limited by data that Next keeps in the process', ['data'], 3],
  ['is not limited when the render has used no such data', [], 7],
])('the token of a fragment %s', async (_, tags, clock) => {
  const scope = createDependencyScope(undefined, { name: 'a', label: 'a', token: { epoch: 'e', clock: 7 } })
  const store = { ...memoryStore({ name: false }), getFollowedToken: () => ({ epoch: 'e', clock: 3 }) }
  await loadGuarded({ work, unit: undefined, store }, scope, async () => {
    Object.assign(workUnitAsyncStorage.getStore() as object, { tags })
  })
  expect((await scope.finalize()).token).toEqual({ epoch: 'e', clock })
})
