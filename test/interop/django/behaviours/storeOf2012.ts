import { describe, expect, it } from 'vitest'
import { commitEntry, filterStored } from '../../../support/commitEntry.ts'
import { block, type Newsdesk } from '../newsdesk.ts'

/** A Django program of 2012 on the same Redis. */
export function storeOf2012(desk: Newsdesk) {
  const { listCaches, render } = desk

  describe('a Django program of 2012', () => {
    const x = 'news/story:1'
    const y = 'news/story:2'

    it('a Django program of 2012 expires fragments of React and Django, and no others', async () => {
      await commitEntry(desk.store, 'a', { dependencies: [x, y] })
      await commitEntry(desk.store, 'b', { dependencies: [y] })
      await render(block('c', `{% register_content "${x}" %}`))
      await desk.call('seedExpire', { obj: x })
      expect(await filterStored(desk.store, ['a', 'b'])).toEqual(['b'])
      expect(await listCaches()).toEqual([])
      expect(await desk.client.smembers(`obj:${y}`)).toEqual(['cc:frag:b'])
    })

    it.each(['expire', 'refresh'] as const)(
      'caches of a Django program of 2012 are gone after %s, and no others',
      async (mode) => {
        await desk.call('seedSet', { key: 'front', value: '<p>', objs: [x, y] })
        await desk.call('seedSet', { key: 'foot', value: '<i>', objs: [y] })
        expect(await desk.store[mode]([x])).toBe(1)
        expect(await desk.call('seedGet', { key: 'front' })).toBe(null)
        expect(await desk.call('seedGet', { key: 'foot' })).toBe('<i>')
        expect(await desk.client.smembers(`obj:${y}`)).toEqual(['foot'])
      },
    )

    it('a block of a Django program of 2012 is cached until its story is saved', async () => {
      const template = `{% seed_cache_content side %}{% seed_register_content "${x}" %}{{ n }}{% endseed_cache_content %}`
      expect(await render(template, { n: 1 })).toBe('1')
      expect(await render(template, { n: 2 })).toBe('1')
      await desk.call('saveStory', { id: 1, headline: 'E' })
      expect(await render(template, { n: 3 })).toBe('3')
      expect(await desk.client.smembers(`obj:${x}`)).toEqual(['side'])
    })
  })
}
