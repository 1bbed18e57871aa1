import { describe, expect, it } from 'vitest'
import { errorOf, type Newsdesk } from '../newsdesk.ts'

/** Keys of blocks and of objects. */
export function fragmentKeys(desk: Newsdesk) {
  const { listCaches, render } = desk

  describe('keys of blocks', () => {
    const pairs = [
      ['a', []],
      ['a', ['']],
      ['a', ['', '']],
      ['a', ['b', 'c']],
      ['a', [['b', 'c']]],
      ['a', ['b,c']],
      ['a', ['b","c']],
      ['a"', ['b']],
      ['a","b', []],
      ['a', [1]],
      ['a', ['1']],
      ['a', [1.5]],
      ['a', [true]],
      ['a', [null]],
      ['a', ['null']],
      ['a', ['é']],
      ['a', ['e\u0301']],
      ['a', ['\\u00e9']],
      ['a', ['\ud800']],
      ['a', ['\udc00']],
      ['a', ['\ufffd']],
      ['a', [{ b: 1 }]],
      ['a', [{ '@dict': [['b', 1]] }]],
      ['a', ['x'.repeat(500)]],
      ['a', ['x'.repeat(501)]],
    ]

    it('keys of blocks differ when the name or a value differs', async () => {
      const keys = await desk.call<string[]>('createFragmentKeys', { pairs })
      expect(new Set(keys).size).toBe(pairs.length)
      for (const key of keys) expect(key.length).toBeLessThanOrEqual(200)
    })

    it('keys of blocks do not depend on the order of a dict', async () => {
      const [one, other] = await desk.call('createFragmentKeys', {
        pairs: [
          ['a', [{ b: 1, c: 2 }]],
          ['a', [{ c: 2, b: 1 }]],
        ],
      })
      expect(one).toBe(other)
    })

    it('keys of blocks distinguish dates, decimals and UUIDs, but not a lazy string', async () => {
      const keys = await desk.call<string[]>('createFragmentKeysOfTypes')
      expect(new Set(keys).size).toBe(keys.length)
      expect(await desk.call('createFragmentKeyOfLazy', { text: 'ü' })).toBe('["a","ü"]')
      expect((await errorOf(desk.call('createInvalidFragmentKey')))?.message).toContain(
        'Story cannot be part of a key',
      )
    })

    it('a block whose key has an unpaired surrogate is stored and found', async () => {
      const args = { name: 'a', vary: ['\ud800'], html: 'b' }
      for (const renders of [1, 0]) expect(await desk.call('cachedInView', args)).toMatchObject({ renders })
    })

    it('blocks that differ in one value are stored under different keys', async () => {
      const template = '{% cache_content 0 "a" page %}{{ page }}{% endcache_content %}'
      for (const page of [1, 2, '1', 'ü', 1]) expect(await render(template, { page })).toBe(String(page))
      expect(await listCaches()).toHaveLength(4)
    })
  })

  describe('objects', () => {
    it('objects may be strings, carriers of a key, lists of these, None and False', async () => {
      expect(await desk.call('getKeys', { obj: ['a:1', ['b:2', null, false], 'a:1'] })).toEqual([
        'a:1',
        'b:2',
      ])
      const carried = ['a:1', 'a:2', 'a:method', 'news/story:7', 'a:3']
      expect(await desk.call('getKeysOfCarriers')).toEqual(carried)
    })

    it.each([
      ['unsaved', 'has not been saved'],
      ['class', 'has no key'],
      ['number', 'has no key'],
      ['true', 'has no key'],
      ['bytes', 'has no key'],
      ['long', 'longer than 1024'],
      ['control', 'control characters'],
      ['surrogate', 'not well-formed'],
      ['empty', 'is empty'],
      ['deep', 'more than 8 deep'],
    ])('an invalid object is refused: %s', async (kind, fault) => {
      const refusal = await errorOf(desk.call('getKeysOfInvalid', { kind }))
      expect(refusal?.type).toBe('TypeError')
      expect(refusal?.message).toContain(fault)
    })
  })
}
