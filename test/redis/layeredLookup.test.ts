import { describe, expect, it } from 'vitest'
import type { SharedLookup } from '../../lib/core/fragmentStore.ts'
import { createLayeredLookup, type LayeredLookupParts } from '../../lib/redis/store/layeredLookup.ts'
import { createPendingExpiries } from '../../lib/redis/store/pendingExpiries.ts'
import { entryOf } from '../support/entries.ts'

const token = { epoch: 'e', clock: 1 }
const feed = {} as LayeredLookupParts['feed']

/** A store without local copies, whose server has one fragment that depends on "x", and one that depends on "y". */
function createParts() {
  const pendingExpiries = createPendingExpiries()
  const reply = (dependency: string): SharedLookup => ({
    now: 0,
    token,
    requiredToken: token,
    entry: entryOf({ dependencies: [dependency] }),
    markedStale: true,
  })
  const lookupShared = async () => [reply('x'), reply('y')]
  const { lookup } = createLayeredLookup({ local: undefined, feed, pendingExpiries, lookupShared })
  const read = async () => {
    const replies = await lookup(['a', 'b'].map((key) => ({ key, ageMs: 0 })))
    return replies.map(({ entry, markedStale }) => (entry ? 'found' : markedStale ? 'stale' : 'missing'))
  }
  return { pendingExpiries, read }
}

describe('an expiry of this process under way', () => {
  it('a reply that another connection has brought before it is no hit', async () => {
    const { pendingExpiries, read } = createParts()
    const reading: Promise<string[]>[] = []
    await pendingExpiries.run(['x'], async () => {
      reading.push(read())
    })
    // The expiry has ended before the reply.
    expect(await reading[0]).toEqual(['missing', 'found'])
    expect(await read()).toEqual(['found', 'found'])
  })

  it('a failed expiry hides nothing after it', async () => {
    const { pendingExpiries, read } = createParts()
    const failing = pendingExpiries.run(['x'], () => Promise.reject(new Error('lost')))
    await expect(failing).rejects.toThrow('lost')
    expect(await read()).toEqual(['found', 'found'])
  })
})
