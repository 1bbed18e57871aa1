import { describe, expect, it } from 'vitest'
import { block, errorOf, type Newsdesk } from '../newsdesk.ts'

/** A block stores its text under its objects. An outer block depends on the objects of the blocks in it. */
export function blocks(desk: Newsdesk) {
  const { listCaches, render } = desk

  describe('a cached block of a template', () => {
    it('a block is rendered once, stored as text and listed under its objects', async () => {
      const template = block('story', '{% register_content "news/story:1" %}<b>{{ n }} Zürich</b>')
      expect(await render(template, { n: 1 })).toBe('<b>1 Zürich</b>')
      expect(await render(template, { n: 2 })).toBe('<b>1 Zürich</b>')
      const redisKey = 'cc:django:["story"]'
      expect(await desk.client.get(redisKey)).toBe('<b>1 Zürich</b>')
      expect(await desk.client.smembers('obj:news/story:1')).toEqual([redisKey])
      expect(await desk.client.smembers(`sobj:${redisKey}`)).toEqual(['obj:news/story:1'])
    })

    it('a block lives for its timeout, or for thirty days without one', async () => {
      await render(block('short', 'a', 60) + block('none', 'a', 'None') + block('zero', 'a', 0))
      const left = async (name: string) =>
        Math.ceil((await desk.client.pttl(`cc:django:["${name}"]`)) / 60_000)
      expect(await left('short')).toBe(1)
      for (const name of ['none', 'zero']) expect(await left(name)).toBe(30 * 24 * 60)
    })

    it('a block escapes values as without a cache, on a miss and on a hit', async () => {
      const template = `${block('a', '{{ text }}{{ text|safe }}{% autoescape off %}{{ text }}{% endautoescape %}')}{{ text }}`
      const expected = '&lt;i&gt;<i><i>&lt;i&gt;'
      for (const _ of ['miss', 'hit']) expect(await render(template, { text: '<i>' })).toBe(expected)
    })

    it.each([
      [
        'an undefined variable as its name',
        '{% cache_content 0 name %}a{% endcache_content %}',
        'needs a name',
      ],
      [
        'a timeout that is no number',
        '{% cache_content "soon" "a" %}a{% endcache_content %}',
        'must be a number of seconds',
      ],
      [
        'an undefined variable as its timeout',
        '{% cache_content soon "a" %}a{% endcache_content %}',
        'must be a number',
      ],
      ['no name', '{% cache_content 5 %}a{% endcache_content %}', 'needs a timeout and a name'],
      ['an empty registration', '{% register_content %}', 'needs an object'],
      [
        'an undefined variable as its object',
        '{% register_content storry %}',
        'variable that the template does not',
      ],
      ['itself inside', block('a', block('a', '')), 'contains itself'],
    ])('a block with %s is refused with the reason', async (_, template, fault) => {
      expect((await errorOf(render(template)))?.message).toContain(fault)
    })
  })

  describe('nested blocks', () => {
    const nested = block(
      'outer',
      `{% register_content "a:outer" %}${block('inner', '{% register_content "a:inner" %}{{ n }}')}` +
        `${block('sibling', '{% register_content "a:sibling" %}{{ n }}')}`,
    )
    const all = ['cc:django:["inner"]', 'cc:django:["outer"]', 'cc:django:["sibling"]']
    const objects = ['obj:a:inner', 'obj:a:outer', 'obj:a:sibling']

    it('an outer block depends on the objects of an inner block that is rendered', async () => {
      await render(nested, { n: 1 })
      expect((await desk.client.smembers('sobj:cc:django:["outer"]')).sort()).toEqual(objects)
      expect(await desk.client.smembers('sobj:cc:django:["inner"]')).toEqual(['obj:a:inner'])
    })

    it('an outer block depends on the objects of an inner block that is a hit', async () => {
      await render(nested, { n: 1 })
      expect(await desk.call('expireObj', { obj: 'a:outer' })).toBe(1)
      expect(await render(nested, { n: 2 })).toBe('11')
      expect((await desk.client.smembers('sobj:cc:django:["outer"]')).sort()).toEqual(objects)
    })

    it('an expiry removes the inner and the outer block, but not the sibling', async () => {
      await render(nested, { n: 1 })
      expect(await listCaches()).toEqual(all)
      expect(await desk.call('expireObj', { obj: 'a:inner' })).toBe(2)
      expect(await listCaches()).toEqual(['cc:django:["sibling"]'])
      expect(await render(nested, { n: 2 })).toBe('21')
    })

    it.each(['rendered', 'a hit'])(
      'an outer block lives no longer than an inner block that is %s',
      async (variant) => {
        const inner = block('inner', '', 60)
        if (variant === 'a hit') await render(inner)
        await render(block('outer', block('between', inner)))
        for (const name of ['outer', 'between']) {
          expect(await desk.client.pttl(`cc:django:["${name}"]`)).toBeLessThanOrEqual(60_000)
        }
      },
    )

    it('a block around a loop depends on the blocks in the loop', async () => {
      await desk.call('saveStories', { ids: [1, 2], headline: '<A>' })
      const context = { edition: 'zh', stories: { $stories: [1, 2] }, n: 1 }
      const front = () => desk.call<string>('renderTemplate', { name: 'news/front.html', context })
      const once = await front()
      expect(once).toContain('<li data-render="1">&lt;A&gt;</li>')
      expect(await front()).toBe(once)
      await desk.call('saveStory', { id: 2, headline: 'B' })
      context.n = 2
      expect((await front()).trim()).toBe(
        '<ul data-render="2"><li data-render="1">&lt;A&gt;</li><li data-render="2">B</li></ul>',
      )
    })

    it('a block that raises is not stored, nor is the block around it', async () => {
      const failing = block('outer', block('fine', 'a') + block('inner', '{{ bad }}'))
      expect(await errorOf(render(failing, { bad: { $raise: '' } }))).toMatchObject({
        type: 'ZeroDivisionError',
      })
      expect(await listCaches()).toEqual(['cc:django:["fine"]'])
    })

    it('an outer block is not stored when a tag in it catches an inner error', async () => {
      const context = { bad: { $raise: '' }, rescued: { $rescue: block('inner', '{{ bad }}') } }
      expect(await render(block('outer', '{{ rescued }}'), context)).toBe('failed')
      expect(await listCaches()).toEqual([])
    })

    it('blocks that two threads render at once do not share objects', async () => {
      const templates = ['a', 'b'].map((name) =>
        block(name, `{{ meet }}{% register_content "x:${name}" %}{{ meet }}${name}{{ meet }}`),
      )
      expect(await desk.call('renderInThreads', { templates })).toEqual(['a', 'b'])
      for (const name of ['a', 'b']) {
        expect(await desk.client.smembers(`sobj:cc:django:["${name}"]`)).toEqual([`obj:x:${name}`])
      }
    })
  })
}
