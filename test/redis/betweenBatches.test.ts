import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CommitResult, FragmentStore, Token } from '../../lib/core/fragmentStore.ts'
import { STALE_MARK_OFFSET } from '../../lib/core/protocol.gen.ts'
import type { PinnedRunner } from '../../lib/redis/connection/connection.ts'
import { createExpiry } from '../../lib/redis/store/expiry.ts'
import { commitEntry, fetchToken, filterStored } from '../support/commitEntry.ts'
import { entryOf } from '../support/entries.ts'
import { type RedisSite, redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }
/** Too many for Redis to return all of them from one SSCAN, whatever its COUNT. */
const names = Array.from({ length: 200 }, (_, index) => `fragment ${index}`)

let site: RedisSite
let store: FragmentStore
beforeEach(async () => {
  site = redis.site({ local: false })
  store = site.open()
  await Promise.all(names.map((name) => commitEntry(store, name, { dependencies: ['x'] })))
})
afterEach(() => site.close())

/** Expires or refreshes objects in small batches, and calls `between` after each batch except the last. */
function runInBatches(
  mode: 'expire' | 'refresh',
  between: (batchesDone: number) => Promise<void>,
  objects: readonly string[] = ['x'],
) {
  const { keys } = site
  const expiry = createExpiry({
    context: (client) => ({ redis: client, keys, retentionMs: 600_000 }),
    batchSize: 10,
    waitReplicas: 0,
    timeout: 60_000,
    onBatchApplied() {},
  })
  let batches = 0
  const run: PinnedRunner = async (task) => {
    if (batches > 0) await between(batches)
    batches++
    return task(redis.client)
  }
  return expiry[mode](run, objects, () => {})
}

/** Returns a token that has every expiry up to now. */
async function fetchCurrentToken(): Promise<Token> {
  const clock = Number(await redis.client.get(site.keys.clock))
  return vi.waitFor(async () => {
    const token = await fetchToken(store)
    expect(token.clock).toBe(clock)
    return token
  }, WAIT)
}
const commitLate = (token: Token) => store.commit('late', entryOf({ dependencies: ['x'] }), token)

describe.each([
  ['one object', ['x']],
  ['several objects', ['without fragments', 'x', 'also without fragments']],
])('a fill that begins between two batches of %s', (_, objects) => {
  it('a fill that began between two batches of an expiry is refused', async () => {
    let token: Token | undefined
    expect(
      await runInBatches(
        'expire',
        async () => {
          token ??= await fetchCurrentToken()
        },
        objects,
      ),
    ).toBe(names.length)
    expect(await commitLate(token as Token)).toBe('fenced')
    expect(await commitLate(await fetchCurrentToken())).toBe('committed')
  })

  it('a fill that began between two batches of a refresh is refused after the next one', async () => {
    let token: Token | undefined
    const results: CommitResult[] = []
    await runInBatches(
      'refresh',
      async (done) => {
        if (done === 1) token = await fetchCurrentToken()
        if (done === 2) results.push(await commitLate(token as Token))
      },
      objects,
    )
    expect(results).toEqual(['fenced'])
    expect(await commitLate(await fetchCurrentToken())).toBe('committed')
  })

  it('a fill that is stored between two batches of a refresh is marked in the end', async () => {
    const parents: string[] = []
    await runInBatches(
      'refresh',
      async (done) => {
        // The parent may embed an entry that a later batch marks. More parents would make the refresh expire `x`.
        if (done > 8) return
        parents.push(`parent ${done}`)
        expect(
          await store.commit(`parent ${done}`, entryOf({ dependencies: ['x'] }), await fetchCurrentToken()),
        ).toBe('committed')
      },
      objects,
    )
    expect(parents).toHaveLength(8)
    const lookups = await store.lookup([...parents, ...names].map((key) => ({ key, ageMs: 0, shared: true })))
    expect(lookups.every(({ entry, markedStale }) => entry !== undefined && markedStale)).toBe(true)
  })
})

describe('a refresh whose marks are removed', () => {
  it('a refresh removes fragments that are replaced after each of its batches', async () => {
    const entries = names.map(site.keys.fragment)
    const freshMark = (await redis.client.getrange(
      entries[0] as string,
      STALE_MARK_OFFSET,
      STALE_MARK_OFFSET,
    )) as string
    let replacements = 0
    const touched = await runInBatches('refresh', async () => {
      const present = (await filterStored(store, names)).map(site.keys.fragment)
      const pipeline = redis.client.pipeline()
      for (const entry of present) pipeline.setrange(entry, STALE_MARK_OFFSET, freshMark)
      await pipeline.exec()
      replacements++
    })
    expect(replacements).toBeGreaterThan(5)
    expect(touched).toBeGreaterThanOrEqual(names.length)
    expect(await filterStored(store, names)).toEqual([])
    expect(await store.getDependents('x')).toEqual([])
  })
})
