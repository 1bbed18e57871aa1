import { describe, expect, it } from 'vitest'
import { block, errorOf, type Newsdesk } from '../newsdesk.ts'

/** What a block of a template stores, and what is in a block counts for those around it. */
export function blocks(desk: Newsdesk) {
  const { cachesOf, render } = desk

  describe('a cached block of a template', () => {
    it('is rendered once, and found as plain text in the index of the objects it shows', async () => {
      const template = block('story', '{% register_content "news/story:1" %}<b>{{ n }} Zürich</b>')
      expect(await render(template, { n: 1 })).toBe('<b>1 Zürich</b>')
      expect(await render(template, { n: 2 })).toBe('<b>1 Zürich</b>')
      const redisKey = 'cc:django:["story"]'
      expect(await desk.client.get(redisKey)).toBe('<b>1 Zürich</b>')
      expect(await desk.client.smembers('obj:news/story:1')).toEqual([redisKey])
      expect(await desk.client.smembers(`sobj:${redisKey}`)).toEqual(['obj:news/story:1'])
    })

    it('is kept for its timeout, and with none for thirty days', async () => {
      await render(block('short', 'a', 60) + block('none', 'a', 'None') + block('zero', 'a', 0))
      const left = async (name: string) =>
        Math.ceil((await desk.client.pttl(`cc:django:["${name}"]`)) / 60_000)
      expect(await left('short')).toBe(1)
      for (const name of ['none', 'zero']) expect(await left(name)).toBe(30 * 24 * 60)
    })

    it('escapes as it would uncached, on a hit as well', async () => {
      const template = `${block('a', '{{ text }}{{ text|safe }}{% autoescape off %}{{ text }}{% endautoescape %}')}{{ text }}`
      const expected = '&lt;i&gt;<i><i>&lt;i&gt;'
      for (const _ of ['miss', 'hit']) expect(await render(template, { text: '<i>' })).toBe(expected)
    })

    it.each([
      ['one that was never there', '{% cache_content 0 name %}a{% endcache_content %}', 'needs a name'],
      [
        'a wrong timeout',
        '{% cache_content "soon" "a" %}a{% endcache_content %}',
        'must be a number of seconds',
      ],
      [
        'a timeout that is no variable',
        '{% cache_content soon "a" %}a{% endcache_content %}',
        'must be a number',
      ],
      ['no name', '{% cache_content 5 %}a{% endcache_content %}', 'needs a timeout and a name'],
      ['nothing registered', '{% register_content %}', 'needs an object'],
      [
        'an object that the template lacks',
        '{% register_content storry %}',
        'variable that the template does not',
      ],
      ['itself inside', block('a', block('a', '')), 'contains itself'],
    ])('says what is wrong with %s', async (_, template, fault) => {
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

    it('pass on what they show to those around them when they are rendered', async () => {
      await render(nested, { n: 1 })
      expect((await desk.client.smembers('sobj:cc:django:["outer"]')).sort()).toEqual(objects)
      expect(await desk.client.smembers('sobj:cc:django:["inner"]')).toEqual(['obj:a:inner'])
    })

    it('and when they are hits', async () => {
      await render(nested, { n: 1 })
      expect(await desk.call('expireObj', { obj: 'a:outer' })).toBe(1)
      expect(await render(nested, { n: 2 })).toBe('11')
      expect((await desk.client.smembers('sobj:cc:django:["outer"]')).sort()).toEqual(objects)
    })

    it('go with those around them, not with their siblings', async () => {
      await render(nested, { n: 1 })
      expect(await cachesOf()).toEqual(all)
      expect(await desk.call('expireObj', { obj: 'a:inner' })).toBe(2)
      expect(await cachesOf()).toEqual(['cc:django:["sibling"]'])
      expect(await render(nested, { n: 2 })).toBe('21')
    })

    it.each(['rendered', 'a hit'])(
      'keep those around them no longer than themselves, being %s',
      async (variant) => {
        const inner = block('inner', '', 60)
        if (variant === 'a hit') await render(inner)
        await render(block('outer', block('between', inner)))
        for (const name of ['outer', 'between']) {
          expect(await desk.client.pttl(`cc:django:["${name}"]`)).toBeLessThanOrEqual(60_000)
        }
      },
    )

    it('reach the blocks around them through any depth, templates and loops', async () => {
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

    it('store nothing when one of them raises, nor do those around it', async () => {
      const failing = block('outer', block('fine', 'a') + block('inner', '{{ bad }}'))
      expect(await errorOf(render(failing, { bad: { $raise: '' } }))).toMatchObject({
        type: 'ZeroDivisionError',
      })
      expect(await cachesOf()).toEqual(['cc:django:["fine"]'])
    })

    it('nor does the outer one when somebody between has caught it', async () => {
      const context = { bad: { $raise: '' }, swallow: { $swallow: block('inner', '{{ bad }}') } }
      expect(await render(block('outer', '{{ swallow }}'), context)).toBe('failed')
      expect(await cachesOf()).toEqual([])
    })

    it('of two threads at once do not mix', async () => {
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
