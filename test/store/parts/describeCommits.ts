import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateFreshness } from '../../../lib/core/freshness.ts'
import { entryOf } from '../../support/entries.ts'
import type { StoreProbe } from '../storeProbe.ts'

/** Commits: the stored entry, its lifetime and its key. */
export function describeCommits(probe: StoreProbe): void {
  const { advance, isStored, lookup, milliseconds, put, token } = probe

  describe('commit', () => {
    it('a commit makes the entry readable unchanged, to every client', async () => {
      const entry = entryOf({
        name: 'Übersicht "1"\n',
        createdAt: 12.5,
        staleAt: 1e15,
        discardAt: Infinity,
        dependencies: ['news/story:1', 'news/story:ü😀'],
        route: '/a?b=ü',
        payload: Uint8Array.from({ length: 256 }, (_, byte) => byte),
      })
      expect(await probe.store.commit('a', entry, await token())).toBe('committed')
      for (const client of [probe.store, await probe.open()]) {
        expect((await lookup('a', 0, client)).entry).toEqual(entry)
      }
    })

    it('a commit keeps every byte of a large payload', async () => {
      const payload = Uint8Array.from({ length: 1_000_003 }, (_, i) => (i * 31 + (i >> 8)) & 255)
      await probe.store.commit('a', entryOf({ payload }), await token())
      const stored = await lookup('a')
      expect(Buffer.from(stored.entry?.payload ?? []).equals(payload)).toBe(true)
    })

    it('a commit keeps the bytes of a payload that is part of a larger buffer', async () => {
      const buffer = Uint8Array.from([9, 9, 1, 2, 3, 9])
      await probe.store.commit('a', entryOf({ payload: buffer.subarray(2, 5) }), await token())
      expect([...((await lookup('a')).entry?.payload ?? [])]).toEqual([1, 2, 3])
    })

    it('a commit replaces the last entry and its place in the index', async () => {
      await put('a', ['old', 'both'])
      await put('a', ['both', 'new'])
      expect(await probe.store.getDependents('old')).toEqual([])
      expect(await probe.store.expire(['old'])).toBe(0)
      expect(await isStored('a')).toBe(true)
      expect(await probe.store.expire(['new'])).toBe(1)
      expect(await isStored('a')).toBe(false)
    })

    it('a commit keeps dependencies that stay through a replacement', async () => {
      await put('a', ['both'])
      await put('a', ['both'])
      expect(await probe.store.expire(['both'])).toBe(1)
      expect(await isStored('a')).toBe(false)
    })

    it('a commit accepts a token from another client', async () => {
      const other = await probe.open()
      const startToken = await token()
      expect(await other.commit('a', entryOf({ dependencies: ['x'] }), startToken)).toBe('committed')
      expect(await probe.store.expire(['x'])).toBe(1)
      expect(await isStored('a', other)).toBe(false)
    })
  })

  describe('lifetimes', () => {
    const isReadable = async (key: string) => evaluateFreshness(await lookup(key)).state !== 'unusable'
    const createLasting = (now: number) => entryOf({ createdAt: now, discardAt: now + milliseconds(30) })

    it('a lifetime ends at the discard time of the entry', async () => {
      const { now, token: startToken } = await lookup('a')
      const lifetime = { staleAt: now + milliseconds(10), discardAt: now + milliseconds(20) }
      await probe.store.commit('a', entryOf({ ...lifetime, createdAt: now, dependencies: ['x'] }), startToken)
      await advance(10)
      expect(await isReadable('a')).toBe(true)
      await advance(25)
      expect(await isReadable('a')).toBe(false)
      expect(await probe.store.expire(['x'])).toBe(0)
    })

    it('a lifetime begins again with a replacement', async () => {
      const first = await lookup('a')
      await probe.store.commit('a', createLasting(first.now), first.token)
      await advance(20)
      const second = await lookup('a')
      await probe.store.commit('a', createLasting(second.now), second.token)
      await advance(20)
      expect(await isReadable('a')).toBe(true)
    })

    it('a lifetime may end before its entry is committed', async () => {
      const { now, token: startToken } = await lookup('a')
      await probe.store.commit('a', entryOf({ staleAt: now - 10, discardAt: now - 5 }), startToken)
      expect(await isReadable('a')).toBe(false)
    })
  })

  describe('keys', () => {
    it('no two fragments and no two objects share a key', async () => {
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
          await probe.store.clear()
          await Promise.all(objects.map((object) => put(`"${object}"@"1"`, [object])))
          const [first, ...others] = objects
          expect(await probe.store.getDependents(first as string)).toEqual([`"${first}"@"1"`])
          expect(await probe.store.expire([first as string])).toBe(1)
          for (const other of others) expect(await isStored(`"${other}"@"1"`)).toBe(true)
        }),
        { numRuns: 50 },
      )
    })

    it('a key may be very long', async () => {
      const long = 'k'.repeat(100_000)
      await put(`${long}1`, ['x'])
      await put(`${long}2`, ['y'])
      await probe.store.expire(['x'])
      expect(await isStored(`${long}1`)).toBe(false)
      expect(await isStored(`${long}2`)).toBe(true)
    })
  })
}
