import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FragmentStore, SharedLookup, Token } from '../../lib/core/fragmentStore.ts'
import { evaluateFreshness } from '../../lib/core/freshness.ts'
import { entryOf } from '../support/entries.ts'

/** One empty store, for one test. */
export interface StoreUnderTest {
  readonly store: FragmentStore
  /**
   * Milliseconds of the store's time that the suite counts in. A store whose clock can be set has long ones;
   * one whose clock runs on by itself has the shortest that keep it from being late by ten of them.
   */
  readonly unit: number
  /** Another client of the same data, as another process has one. */
  open(): FragmentStore | Promise<FragmentStore>
  /** Lets so many milliseconds pass for the store, or a little more. */
  advance(milliseconds: number): void | Promise<void>
  close(): void | Promise<void>
}

export interface StoreWanted {
  /** Units for which the store remembers expiries. */
  readonly retention: number
}

/**
 * What a `FragmentStore` must do, whatever it is made of. Every store runs this suite.
 *
 * All times are in units of the store's own. Where the store's clock runs on by itself, a step may take up
 * to ten units more than it should and the outcome is still the same.
 */
export function describeStore(
  name: string,
  makeStore: (wanted: StoreWanted) => StoreUnderTest | Promise<StoreUnderTest>,
): void {
  describe(`${name} as a store`, () => {
    let made: StoreUnderTest
    let store: FragmentStore

    const make = async (wanted: StoreWanted) => {
      made = await makeStore(wanted)
      store = made.store
    }
    const remake = async (wanted: StoreWanted) => {
      await made.close()
      await make(wanted)
    }
    beforeEach(() => make({ retention: 1_000 }))
    afterEach(() => made.close())

    const milliseconds = (units: number) => units * made.unit
    const advance = (units: number) => made.advance(milliseconds(units))

    async function lookupAll(keys: readonly string[], ages: readonly number[] = [], from = store) {
      const requests = keys.map((key, index) => ({ key, age: ages[index] ?? 0, shared: true }))
      return (await from.lookup(requests)) as SharedLookup[]
    }
    async function lookup(key: string, age = 0, from = store): Promise<SharedLookup> {
      const [reply] = await lookupAll([key], [age], from)
      if (reply?.token === undefined) throw new Error('The store did not answer with a token.')
      return reply
    }
    const token = async (age = 0): Promise<Token> => (await lookup('whatever', age)).token
    const put = async (key: string, dependencies: readonly string[], from = store) =>
      from.commit(key, entryOf({ dependencies }), await token())
    const isStored = async (key: string, from = store) => (await lookup(key, 0, from)).entry !== undefined

    describe('lookup', () => {
      it('answers in the order asked, with a gap where there is nothing', async () => {
        await store.commit('a', entryOf({ name: 'A' }), await token())
        await store.commit('b', entryOf({ name: 'B' }), await token())
        const lookups = await lookupAll(['b', 'none', 'a', 'b'])
        expect(lookups.map(({ entry }) => entry?.name)).toEqual(['B', undefined, 'A', 'B'])
      })

      it('answers nothing to nothing', async () => {
        expect(await store.lookup([])).toEqual([])
      })

      it('tells the time of the store, which never goes back', async () => {
        const before = await lookup('a')
        await advance(5)
        const after = await lookup('a')
        expect(after.now - before.now).toBeGreaterThanOrEqual(milliseconds(5))
        // Far more than it can be late: this tells milliseconds from all else.
        expect(after.now - before.now).toBeLessThan(milliseconds(500))
      })

      it('gives every key of a batch the same time', async () => {
        const lookups = await lookupAll(Array.from({ length: 50 }, (_, i) => `k${i}`))
        expect(new Set(lookups.map(({ now }) => now)).size).toBe(1)
      })
    })

    describe('what is at hand', () => {
      const lookupSync = (key: string) => store.lookupSync?.(key)?.entry

      it('is what has been stored, or nothing', async () => {
        await put('a', ['x'])
        expect(lookupSync('b')).toBeUndefined()
        expect([undefined, (await lookup('a')).entry]).toContainEqual(lookupSync('a'))
      })

      it.each(['expire', 'refresh'] as const)('is nothing after: %s', async (mode) => {
        await put('a', ['x'])
        await store[mode](['x'])
        expect(lookupSync('a')).toBeUndefined()
      })

      it('is nothing that is stale by age', async () => {
        const { now, token } = await lookup('a')
        const lifetime = {
          createdAt: now,
          staleAt: now + milliseconds(5),
          discardAt: now + milliseconds(1_000),
        }
        await store.commit('a', entryOf(lifetime), token)
        await advance(5)
        expect(lookupSync('a')).toBeUndefined()
        expect((await lookup('a')).entry).toBeDefined()
      })

      it('is nothing after a clear', async () => {
        await put('a', ['x'])
        await store.clear()
        expect(lookupSync('a')).toBeUndefined()
      })
    })

    describe('commit', () => {
      it('makes the entry readable as it was, to every client', async () => {
        const entry = entryOf({
          name: 'Übersicht "1"\n',
          createdAt: 12.5,
          staleAt: 1e15,
          discardAt: Infinity,
          dependencies: ['news/story:1', 'news/story:ü😀'],
          route: '/a?b=ü',
          payload: Uint8Array.from({ length: 256 }, (_, byte) => byte),
        })
        expect(await store.commit('a', entry, await token())).toBe('committed')
        for (const client of [store, await made.open()]) {
          expect((await lookup('a', 0, client)).entry).toEqual(entry)
        }
      })

      it('keeps every byte of a large payload', async () => {
        const payload = Uint8Array.from({ length: 1_000_003 }, (_, i) => (i * 31 + (i >> 8)) & 255)
        await store.commit('a', entryOf({ payload }), await token())
        const stored = await lookup('a')
        expect(Buffer.from(stored.entry?.payload ?? []).equals(payload)).toBe(true)
      })

      it('keeps the bytes of a payload that is a part of a larger buffer', async () => {
        const buffer = Uint8Array.from([9, 9, 1, 2, 3, 9])
        await store.commit('a', entryOf({ payload: buffer.subarray(2, 5) }), await token())
        expect([...((await lookup('a')).entry?.payload ?? [])]).toEqual([1, 2, 3])
      })

      it('replaces what was there, and its place in the index', async () => {
        await put('a', ['old', 'both'])
        await put('a', ['both', 'new'])
        expect(await store.getDependents('old')).toEqual([])
        expect(await store.expire(['old'])).toBe(0)
        expect(await isStored('a')).toBe(true)
        expect(await store.expire(['new'])).toBe(1)
        expect(await isStored('a')).toBe(false)
      })

      it('keeps what is reached by a dependency that stays through a replacement', async () => {
        await put('a', ['both'])
        await put('a', ['both'])
        expect(await store.expire(['both'])).toBe(1)
        expect(await isStored('a')).toBe(false)
      })

      it('takes the token of one client from another', async () => {
        const other = await made.open()
        const startToken = await token()
        expect(await other.commit('a', entryOf({ dependencies: ['x'] }), startToken)).toBe('committed')
        expect(await store.expire(['x'])).toBe(1)
        expect(await isStored('a', other)).toBe(false)
      })
    })

    describe('rule 13: the fence', () => {
      it.each(['expire', 'refresh'] as const)('refuses a commit after %s of any dependency', async (mode) => {
        const startToken = await token()
        await store[mode](['y'])
        const entry = entryOf({ dependencies: ['x', 'y', 'z'] })
        expect(await store.commit('a', entry, startToken)).toBe('fenced')
        expect(await isStored('a')).toBe(false)
      })

      it('refuses it whichever client expired', async () => {
        const startToken = await token()
        await (await made.open()).expire(['x'])
        expect(await store.commit('a', entryOf({ dependencies: ['x'] }), startToken)).toBe('fenced')
      })

      it('refuses it although nothing that showed the object was stored', async () => {
        const startToken = await token()
        expect(await store.expire(['never-seen'])).toBe(0)
        expect(await store.commit('a', entryOf({ dependencies: ['never-seen'] }), startToken)).toBe('fenced')
      })

      it('refuses it after further expiries of the object and of others', async () => {
        const startToken = await token()
        for (const object of ['x', 'other', 'x', 'another']) await store.expire([object])
        expect(await store.commit('a', entryOf({ dependencies: ['x'] }), startToken)).toBe('fenced')
      })

      it('lets a commit through when only other objects were expired', async () => {
        const startToken = await token()
        await store.expire(['other'])
        expect(await store.commit('a', entryOf({ dependencies: ['x'] }), startToken)).toBe('committed')
      })

      it('lets a commit through that began after the expiry', async () => {
        // Of a history that a client meets with a late reply, it need not know when what was expired.
        await token()
        await store.expire(['x'])
        await advance(1)
        expect(await put('a', ['x'])).toBe('committed')
      })

      it('leaves everything as it was when it refuses', async () => {
        await put('a', ['kept', 'x'])
        const startToken = await token()
        await store.refresh(['x'])
        const late = entryOf({ name: 'late', dependencies: ['x', 'new'] })
        expect(await store.commit('a', late, startToken)).toBe('fenced')
        expect((await lookup('a')).entry?.name).toBe('section')
        expect(await store.getDependents('new')).toEqual([])
        expect(await store.expire(['kept'])).toBe(1)
      })

      it('gives the token of a reader as of when it began to read', async () => {
        const since = await expiryBetween()
        const entry = entryOf({ dependencies: ['x'] })
        expect(await store.commit('a', entry, await token(await since()))).toBe('fenced')
        expect(await store.commit('a', entry, await token(milliseconds(1)))).toBe('committed')
      })

      it('gives each request of a batch the token of its own age', async () => {
        const since = await expiryBetween()
        const [old, young] = await lookupAll(['a', 'b'], [await since(), milliseconds(1)])
        const entry = entryOf({ dependencies: ['x'] })
        expect(await store.commit('a', entry, old?.token as Token)).toBe('fenced')
        expect(await store.commit('b', entry, young?.token as Token)).toBe('committed')
      })

      /** @returns the age of a reader that began before an expiry of x, which is a while ago now. */
      async function expiryBetween(): Promise<() => Promise<number>> {
        const before = await lookup('a')
        await advance(10)
        await store.expire(['x'])
        await advance(12)
        return async () => (await lookup('a')).now - before.now
      }

      it('tells of an expiry from the very moment that it is done, to who must see it', async () => {
        const before = (await lookup('a')).requiredToken
        await store.expire(['x'])
        const after = (await lookup('a')).requiredToken
        expect(after.epoch).toBe(before.epoch)
        expect(after.clock).toBe(before.clock + 1)
        // Who began to read long ago must see it too.
        const [old] = await lookupAll(['a'], [milliseconds(5)])
        expect(old?.requiredToken).toEqual(after)
      })

      it('refuses a token of another epoch', async () => {
        const { clock } = await token()
        expect(await store.commit('a', entryOf(), { epoch: 'another', clock })).toBe('unverifiable')
        expect(await isStored('a')).toBe(false)
      })

      it('refuses a token that is older than what it remembers', async () => {
        await remake({ retention: 20 })
        const startToken = await token()
        await store.expire(['x'])
        await advance(25)
        // What it has forgotten by now might be any object, and so also one of these.
        await store.expire(['y'])
        expect(await store.commit('a', entryOf({ dependencies: ['z'] }), startToken)).toBe('unverifiable')
      })

      it('refuses a reader that began before what it remembers', async () => {
        await remake({ retention: 20 })
        await store.expire(['x'])
        await advance(25)
        await store.expire(['y'])
        await advance(1)
        const startToken = await token(milliseconds(30))
        expect(await store.commit('a', entryOf({ dependencies: ['x'] }), startToken)).toBe('unverifiable')
      })

      it('trusts a fill that outlives expiries within its memory', async () => {
        await remake({ retention: 20 })
        const startToken = await token()
        await advance(10)
        await store.expire(['other'])
        expect(await store.commit('a', entryOf({ dependencies: ['x'] }), startToken)).toBe('committed')
      })
    })

    describe('expire', () => {
      it('makes every fragment that shows the object unreadable, and no other', async () => {
        await put('a', ['x'])
        await put('b', ['x', 'y'])
        await put('c', ['y'])
        expect(await store.expire(['x'])).toBe(2)
        const lookups = await lookupAll(['a', 'b', 'c'])
        expect(lookups.map(({ entry }) => entry !== undefined)).toEqual([false, false, true])
      })

      it('counts a fragment once, however many of the objects it shows', async () => {
        await put('a', ['x', 'y', 'x'])
        await put('b', ['y', 'z'])
        expect(await store.expire(['x', 'y', 'y', 'z'])).toBe(2)
      })

      it('has nothing to remove the second time', async () => {
        await put('a', ['x'])
        await store.expire(['x'])
        expect(await store.expire(['x'])).toBe(0)
      })

      it('takes the fragment out of the index of its other objects', async () => {
        await put('a', ['x', 'y'])
        await store.expire(['x'])
        expect(await store.getDependents('y')).toEqual([])
        expect(await store.expire(['y'])).toBe(0)
      })

      it('removes nothing for an empty list', async () => {
        await put('a', ['x'])
        expect(await store.expire([])).toBe(0)
        expect(await isStored('a')).toBe(true)
      })

      it('reaches ten thousand fragments', async () => {
        const startToken = await token()
        const keys = Array.from({ length: 10_000 }, (_, i) => `fragment ${i}`)
        await Promise.all(
          keys.map((key) => store.commit(key, entryOf({ dependencies: ['x', key] }), startToken)),
        )
        expect(await store.getDependents('x')).toHaveLength(10_000)
        expect(await store.expire(['x'])).toBe(10_000)
        const left = await lookupAll(keys)
        expect(left.filter(({ entry }) => entry)).toEqual([])
        expect(await store.getDependents('x')).toEqual([])
      }, 60_000)

      it('takes ten thousand objects at once', async () => {
        const objects = Array.from({ length: 10_000 }, (_, i) => `object:${i}`)
        const startToken = await token()
        await put('a', ['object:9999'])
        expect(await store.expire(objects)).toBe(1)
        expect(await store.commit('a', entryOf({ dependencies: ['object:5000'] }), startToken)).toBe('fenced')
      }, 60_000)
    })

    describe('refresh', () => {
      it('of many objects marks what shows any of them, each once, and nothing else', async () => {
        const objects = Array.from({ length: 500 }, (_, index) => `object ${index}`)
        await Promise.all([
          put('both', ['object 3', 'object 499']),
          put('last', ['object 499']),
          put('other', ['object 500']),
        ])
        expect(await store.refresh(objects)).toBe(2)
        const lookups = await lookupAll(['both', 'last', 'other'])
        expect(lookups.map(({ refreshed }) => refreshed)).toEqual([true, true, false])
        expect(lookups.every(({ entry }) => entry !== undefined)).toBe(true)
      })

      it('leaves the fragments readable and marks them', async () => {
        await put('a', ['x'])
        await put('b', ['y'])
        expect((await lookup('a')).refreshed).toBe(false)
        expect(await store.refresh(['x', 'x'])).toBe(1)
        expect(await lookup('a')).toMatchObject({ refreshed: true, entry: { name: 'section' } })
        expect(await lookup('b')).toMatchObject({ refreshed: false })
      })

      it('is over when a fill that began later commits', async () => {
        await put('a', ['x'])
        await store.refresh(['x'])
        await advance(1)
        expect(await put('a', ['x'])).toBe('committed')
        expect((await lookup('a')).refreshed).toBe(false)
      })

      it('is followed by an expire like any other', async () => {
        await put('a', ['x'])
        await store.refresh(['x'])
        expect(await store.expire(['x'])).toBe(1)
        expect(await isStored('a')).toBe(false)
      })

      it('does not mark a fragment of the same key that comes after an expire', async () => {
        await put('a', ['x'])
        await store.refresh(['x'])
        await store.expire(['x'])
        await advance(1)
        await put('a', ['x'])
        expect((await lookup('a')).refreshed).toBe(false)
      })
    })

    describe('lifetimes', () => {
      const isReadable = async (key: string) => evaluateFreshness(await lookup(key)).state !== 'none'
      const lasting = (now: number) => entryOf({ createdAt: now, discardAt: now + milliseconds(30) })

      it('end when the entry is gone', async () => {
        const { now, token: startToken } = await lookup('a')
        const lifetime = { staleAt: now + milliseconds(10), discardAt: now + milliseconds(20) }
        await store.commit('a', entryOf({ ...lifetime, createdAt: now, dependencies: ['x'] }), startToken)
        await advance(10)
        expect(await isReadable('a')).toBe(true)
        await advance(25)
        expect(await isReadable('a')).toBe(false)
        expect(await store.expire(['x'])).toBe(0)
      })

      it('begin anew with a replacement', async () => {
        const first = await lookup('a')
        await store.commit('a', lasting(first.now), first.token)
        await advance(20)
        const second = await lookup('a')
        await store.commit('a', lasting(second.now), second.token)
        await advance(20)
        expect(await isReadable('a')).toBe(true)
      })

      it('may be over before they begin', async () => {
        const { now, token: startToken } = await lookup('a')
        await store.commit('a', entryOf({ staleAt: now - 10, discardAt: now - 5 }), startToken)
        expect(await isReadable('a')).toBe(false)
      })
    })

    describe('rule 17: leases', () => {
      const lease = async (key: string, startToken: Token, from = store) =>
        from.lease(key, { requiredToken: startToken, wasMiss: false }, milliseconds(30))

      it('are held by one client at a time, key by key', async () => {
        const other = await made.open()
        const startToken = await token()
        expect(await lease('a', startToken)).toBeTypeOf('string')
        expect(await lease('a', startToken, other)).toBeUndefined()
        expect(await lease('b', startToken, other)).toBeTypeOf('string')
      })

      it('are free again when released', async () => {
        const startToken = await token()
        const held = (await lease('a', startToken)) as string
        await store.release('a', held)
        expect(await lease('a', startToken)).toBeTypeOf('string')
      })

      it('are not granted where the fragment was stored since the lookup found none', async () => {
        const other = await made.open()
        const { token: startToken } = await lookup('a')
        const request = { requiredToken: startToken, wasMiss: true }
        await store.commit('a', entryOf({ dependencies: ['x'] }), startToken)
        expect(await other.lease('a', request, milliseconds(30))).toBeUndefined()
        expect(await other.lease('a', { ...request, wasMiss: false }, milliseconds(30))).toBeTypeOf('string')
        await store.expire(['x'])
        const after = { requiredToken: (await lookup('a')).requiredToken, wasMiss: true }
        expect(await other.lease('a', after, milliseconds(30))).toBeTypeOf('string')
      })

      it('are free again when their time is up', async () => {
        const startToken = await token()
        await lease('a', startToken)
        await advance(20)
        expect(await lease('a', startToken)).toBeUndefined()
        await advance(20)
        expect(await lease('a', startToken)).toBeTypeOf('string')
      })

      it('go to a fill that has seen an expiry which the holder has not', async () => {
        const before = await token()
        await lease('a', before)
        await store.expire(['x'])
        await advance(1)
        const after = await token()
        expect(await lease('a', after)).toBeTypeOf('string')
        expect(await lease('a', before)).toBeUndefined()
        expect(await lease('a', after)).toBeUndefined()
      })

      it('are not ended by who lost them', async () => {
        const first = (await lease('a', await token())) as string
        await store.expire(['x'])
        await advance(1)
        const after = await token()
        await lease('a', after)
        await store.release('a', first)
        expect(await lease('a', after)).toBeUndefined()
      })

      it('are not ended by a wrong id, nor by that of another key', async () => {
        const startToken = await token()
        await lease('a', startToken)
        const other = (await lease('b', startToken)) as string
        await store.release('a', 'wrong')
        await store.release('a', other)
        await store.release('never leased', other)
        expect(await lease('a', startToken)).toBeUndefined()
      })

      it('have an id of their own each time', async () => {
        const startToken = await token()
        const first = (await lease('a', startToken)) as string
        await store.release('a', first)
        const second = (await lease('a', startToken)) as string
        await store.release('a', first)
        expect(second).not.toBe(first)
        expect(await lease('a', startToken)).toBeUndefined()
      })

      it('wake who waits when they are released', async () => {
        const other = await made.open()
        const held = (await lease('a', await token())) as string
        const waiting = Promise.all([store.waitForLease('a', 60_000), other.waitForLease('a', 60_000)])
        await store.release('a', held)
        await waiting
      })

      it('are waited for no longer than asked', async () => {
        await lease('a', await token())
        await store.waitForLease('a', 5)
      })

      it('are not waited for when they are free', async () => {
        await store.waitForLease('free', 60_000)
        const held = (await lease('a', await token())) as string
        await store.release('a', held)
        await store.waitForLease('a', 60_000)
      })
    })

    describe('getDependents', () => {
      it('are the keys of the fragments that show the object', async () => {
        await put('a', ['x', 'y'])
        await put('b', ['x'])
        expect((await store.getDependents('x')).sort()).toEqual(['a', 'b'])
        expect(await store.getDependents('y')).toEqual(['a'])
        expect(await store.getDependents('z')).toEqual([])
      })
    })

    describe('clear', () => {
      it('removes everything', async () => {
        await put('a', ['x'])
        const startToken = await token()
        await store.lease('a', { requiredToken: startToken, wasMiss: false }, 30_000)
        await store.clear()
        expect(await isStored('a')).toBe(false)
        expect(await store.getDependents('x')).toEqual([])
        expect(await store.lease('a', { requiredToken: await token(), wasMiss: false }, 30_000)).toBeTypeOf(
          'string',
        )
      })

      it('begins another epoch, so that no fill under way puts back what was cleared', async () => {
        const startToken = await token()
        await store.clear()
        expect((await token()).epoch).not.toBe(startToken.epoch)
        expect(await store.commit('a', entryOf(), startToken)).toBe('unverifiable')
      })

      it('leaves a store that works', async () => {
        await store.clear()
        expect(await put('a', ['x'])).toBe('committed')
        expect(await store.expire(['x'])).toBe(1)
      })
    })

    describe('keys', () => {
      it('tells apart any two fragments and any two objects', async () => {
        const words = fc.uniqueArray(
          fc.oneof(
            fc.string({ unit: 'grapheme', minLength: 1 }),
            fc.constantFrom(
              'a',
              'a:b',
              'a:',
              ':a',
              'a b',
              '{a}',
              '*',
              '?',
              '[a]',
              'é',
              'e\u0301',
              '__proto__',
              '😀',
            ),
            fc.constantFrom('x', 'y').map((letter) => letter.repeat(1_024)),
          ),
          { minLength: 2, maxLength: 8 },
        )
        await fc.assert(
          fc.asyncProperty(words, async (objects) => {
            await store.clear()
            await Promise.all(objects.map((object) => put(`"${object}"@"1"`, [object])))
            const [first, ...others] = objects
            expect(await store.getDependents(first as string)).toEqual([`"${first}"@"1"`])
            expect(await store.expire([first as string])).toBe(1)
            for (const other of others) expect(await isStored(`"${other}"@"1"`)).toBe(true)
          }),
          { numRuns: 50 },
        )
      })

      it('may be very long', async () => {
        const long = 'k'.repeat(100_000)
        await put(`${long}1`, ['x'])
        await put(`${long}2`, ['y'])
        await store.expire(['x'])
        expect(await isStored(`${long}1`)).toBe(false)
        expect(await isStored(`${long}2`)).toBe(true)
      })
    })
  })
}
