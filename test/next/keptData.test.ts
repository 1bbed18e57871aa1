import 'next/dist/server/node-environment-baseline.js'
import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { createCapture } from '../../lib/core/capture.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { createContentCache } from '../../lib/next/createContentCache.ts'
import { dataTagOf } from '../../lib/next/dataTags.ts'
import { guardedLoad } from '../../lib/next/guardedRender.ts'
import { readTag } from '../../lib/next/internals/oneClock.ts'
import { type WorkStore, workUnitAsyncStorage } from '../../lib/next/internals/storages.ts'

// Data that Next keeps in this process, such as of a 'use cache', and expires by its tags.

const { createWorkStore } = createRequire(import.meta.url)('next/dist/server/async-storage/work-store.js')
const workStore: WorkStore = createWorkStore({
  page: '/page',
  renderOpts: { experimental: {} },
  buildId: 'build',
})

it.each(['expireObj', 'refreshObj'] as const)(
  'is expired when %s resolves, before its handler ends',
  async (touch) => {
    const cache = createContentCache({ store: memoryStore({ name: false }) })
    const object = `story:${touch}`
    expect(readTag(dataTagOf(object, 'cc'))).toBeUndefined()
    await cache[touch](object)
    expect(readTag(dataTagOf(object, 'cc'))?.expired).toBeGreaterThan(0)
  },
)

it.each([
  ['is as old as the last expiry that reached the process', ['data'], 3],
  ['limits nothing where a render has used none', [], 7],
])('%s', async (_, tags, clock) => {
  const capture = createCapture(undefined, { name: 'a', label: 'a', token: { epoch: 'e', clock: 7 } })
  const store = { ...memoryStore({ name: false }), followed: () => ({ epoch: 'e', clock: 3 }) }
  await guardedLoad({ workStore, unit: undefined, store }, capture, async () => {
    Object.assign(workUnitAsyncStorage.getStore() as object, { tags })
  })
  expect((await capture.finish()).token).toEqual({ epoch: 'e', clock })
})
