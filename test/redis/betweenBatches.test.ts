import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CommitResult, FragmentStore, Token } from '../../lib/core/fragmentStore.ts'
import { STALE_MARK_OFFSET } from '../../lib/core/protocol.gen.ts'
import type { PinnedRunner } from '../../lib/redis/connection/connection.ts'
import { createExpiry } from '../../lib/redis/expiry.ts'
import { commitEntry, fetchToken, filterStored } from '../support/commitEntry.ts'
import { entryOf } from '../support/entries.ts'
import { type RedisSite, redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }
/** So many that Redis does not show them all at once, whatever is asked for. */
const names = Array.from({ length: 200 }, (_, index) => `fragment ${index}`)

let site: RedisSite
let store: FragmentStore
beforeEach(async () => {
  site = redis.site({ local: false })
  store = site.open()
  await Promise.all(names.map((name) => commitEntry(store, name, { dependencies: ['x'] })))
})
afterEach(() => site.close())

/** Expires or refreshes `x` or more in small batches, and does something after each but the last. */
function inBatches(
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

/** As of now, with every expiry until now. */
async function tokenOfNow(): Promise<Token> {
  const clock = Number(await redis.client.get(site.keys.clock))
  return vi.waitFor(async () => {
    const token = await fetchToken(store)
    expect(token.clock).toBe(clock)
    return token
  }, WAIT)
}
const commit = (token: Token) => store.commit('late', entryOf({ dependencies: ['x'] }), token)

describe.each([
  ['one object', ['x']],
  ['several objects', ['nothing shows it', 'x', 'nor this one']],
])('a fill that begins between two batches of %s', (_, objects) => {
  it('a fill between two batches of an expiry is not stored', async () => {
    let token: Token | undefined
    expect(
      await inBatches(
        'expire',
        async () => {
          token ??= await tokenOfNow()
        },
        objects,
      ),
    ).toBe(names.length)
    expect(await commit(token as Token)).toBe('fenced')
    expect(await commit(await tokenOfNow())).toBe('committed')
  })

  it('a fill between two batches of a refresh is not stored after a further one', async () => {
    let token: Token | undefined
    const results: CommitResult[] = []
    await inBatches(
      'refresh',
      async (done) => {
        if (done === 1) token = await tokenOfNow()
        if (done === 2) results.push(await commit(token as Token))
      },
      objects,
    )
    expect(results).toEqual(['fenced'])
    expect(await commit(await tokenOfNow())).toBe('committed')
  })

  it('a fill stored between two batches of a refresh is marked in the end', async () => {
    const parents: string[] = []
    await inBatches(
      'refresh',
      async (done) => {
        // It may embed what a later batch marks. More of them, and the refresh would give up and expire.
        if (done > 8) return
        parents.push(`parent ${done}`)
        expect(
          await store.commit(`parent ${done}`, entryOf({ dependencies: ['x'] }), await tokenOfNow()),
        ).toBe('committed')
      },
      objects,
    )
    expect(parents).toHaveLength(8)
    const lookups = await store.lookup([...parents, ...names].map((key) => ({ key, ageMs: 0, shared: true })))
    expect(lookups.every(({ entry, markedStale }) => entry !== undefined && markedStale)).toBe(true)
  })
})

describe('a refresh of what is replaced again and again', () => {
  it('a refresh removes a fragment that is replaced again and again', async () => {
    const entries = names.map(site.keys.fragment)
    const fresh = (await redis.client.getrange(
      entries[0] as string,
      STALE_MARK_OFFSET,
      STALE_MARK_OFFSET,
    )) as string
    let replaced = 0
    const touched = await inBatches('refresh', async () => {
      const present = (await filterStored(store, names)).map(site.keys.fragment)
      const pipeline = redis.client.pipeline()
      for (const entry of present) pipeline.setrange(entry, STALE_MARK_OFFSET, fresh)
      await pipeline.exec()
      replaced++
    })
    expect(replaced).toBeGreaterThan(5)
    expect(touched).toBeGreaterThanOrEqual(names.length)
    expect(await filterStored(store, names)).toEqual([])
    expect(await store.getDependents('x')).toEqual([])
  })
})
