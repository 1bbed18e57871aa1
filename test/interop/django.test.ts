import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { parseMessage } from '../../lib/messages/contentMessage.ts'
import { createRedisKeys } from '../../lib/redis/redisKeys.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { type RedisServer, startRedis } from '../support/redisServer.ts'
import { type RedisSite, redisForFile } from '../support/redisStores.ts'
import { startProxy } from '../support/tcpProxy.ts'
import { type DjangoError, type DjangoProject, startDjango } from './django/djangoProject.ts'
import { rebuildSteps, routesToRebuild } from './rebuildSteps.ts'

// One Redis, a real Django site with the package on it, and this library's own store.

const redis = redisForFile()
const names = { namespace: 'cc', objectPrefix: 'obj:', reversePrefix: 'sobj:' }

let django: DjangoProject
let site: RedisSite
let store: FragmentStore

beforeAll(async () => {
  django = await startDjango({ redisUrl: redis.server.url, contentCache: { TIMEOUT: 10 } })
})
afterAll(() => django?.stop())
beforeEach(async () => {
  await redis.client.flushall()
  site = redis.site({ ...names, local: false })
  store = site.open()
})
afterEach(() => site.close())

const cachesOf = async (pattern = 'cc:django:*') => (await redis.client.keys(pattern)).sort()
const render = (template: string, context: object = {}) =>
  django.call<string>('renderString', { template, context })
const block = (name: string, inner: string, timeout: string | number = 0) =>
  `{% cache_content ${timeout} "${name}" %}${inner}{% endcache_content %}`
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    ({ type, message, keys, code }: DjangoError) => ({ type, message, keys, code }),
  )

describe('a cached block of a template', () => {
  it('is rendered once, and found as plain text in the index of the objects it shows', async () => {
    const template = block('story', '{% register_content "news/story:1" %}<b>{{ n }} Zürich</b>')
    expect(await render(template, { n: 1 })).toBe('<b>1 Zürich</b>')
    expect(await render(template, { n: 2 })).toBe('<b>1 Zürich</b>')
    const redisKey = 'cc:django:["story"]'
    expect(await redis.client.get(redisKey)).toBe('<b>1 Zürich</b>')
    expect(await redis.client.smembers('obj:news/story:1')).toEqual([redisKey])
    expect(await redis.client.smembers(`sobj:${redisKey}`)).toEqual(['obj:news/story:1'])
  })

  it('is kept for its timeout, and with none for thirty days', async () => {
    await render(block('short', 'a', 60) + block('none', 'a', 'None') + block('zero', 'a', 0))
    const left = async (name: string) =>
      Math.ceil((await redis.client.pttl(`cc:django:["${name}"]`)) / 60_000)
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
    expect((await redis.client.smembers('sobj:cc:django:["outer"]')).sort()).toEqual(objects)
    expect(await redis.client.smembers('sobj:cc:django:["inner"]')).toEqual(['obj:a:inner'])
  })

  it('and when they are hits', async () => {
    await render(nested, { n: 1 })
    expect(await django.call('expireObj', { obj: 'a:outer' })).toBe(1)
    expect(await render(nested, { n: 2 })).toBe('11')
    expect((await redis.client.smembers('sobj:cc:django:["outer"]')).sort()).toEqual(objects)
  })

  it('go with those around them, not with their siblings', async () => {
    await render(nested, { n: 1 })
    expect(await cachesOf()).toEqual(all)
    expect(await django.call('expireObj', { obj: 'a:inner' })).toBe(2)
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
        expect(await redis.client.pttl(`cc:django:["${name}"]`)).toBeLessThanOrEqual(60_000)
      }
    },
  )

  it('reach the blocks around them through any depth, templates and loops', async () => {
    await django.call('saveStories', { ids: [1, 2], headline: '<A>' })
    const context = { edition: 'zh', stories: { $stories: [1, 2] }, n: 1 }
    const front = () => django.call<string>('renderTemplate', { name: 'news/front.html', context })
    const once = await front()
    expect(once).toContain('<li data-render="1">&lt;A&gt;</li>')
    expect(await front()).toBe(once)
    await django.call('saveStory', { id: 2, headline: 'B' })
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
    expect(await django.call('renderInThreads', { templates })).toEqual(['a', 'b'])
    for (const name of ['a', 'b']) {
      expect(await redis.client.smembers(`sobj:cc:django:["${name}"]`)).toEqual([`obj:x:${name}`])
    }
  })
})

describe('a render that an expiry overtakes', () => {
  const shows = '{% register_content "a:1" %}'
  const expiring = { expire: { $expire: 'a:1' } }

  it('is not stored', async () => {
    await render(block('a', `${shows}{{ expire }}`), expiring)
    expect(await cachesOf()).toEqual([])
    await render(block('a', shows))
    expect(await cachesOf()).toEqual(['cc:django:["a"]'])
  })

  it('is not when the expiry comes before it has said what it shows', async () => {
    await render(block('a', `{{ expire }}${shows}`), expiring)
    expect(await cachesOf()).toEqual([])
  })

  it('is not in a block inside whose data the outer one may have read', async () => {
    await render(block('outer', `{{ expire }}${block('inner', shows)}`), expiring)
    expect(await cachesOf()).toEqual([])
  })

  it('is stored when the expiry was of something else', async () => {
    await render(block('a', `${shows}{{ expire }}`), { expire: { $expire: 'a:2' } })
    expect(await cachesOf()).toEqual(['cc:django:["a"]'])
  })

  it('is not when the server has lost its history meanwhile', async () => {
    await render(block('a', `${shows}{{ lose }}`), { lose: { $lose: 'cc:epoch' } })
    expect(await cachesOf()).toEqual([])
  })

  it('is not when the view had read its data before the expiry, and the block began after it', async () => {
    await django.call('saveStory', { id: 1, headline: 'old' })
    expect(await django.call('visit', { path: '/story/1/?edit=new' })).toEqual({ status: 200, text: 'old' })
    expect(await cachesOf()).toEqual([])
  })

  it('is not outside a request either, when what it shows was read in `reading` before the expiry', async () => {
    const args = { template: block('a', `${shows}{{ n }}`), expire: 'a:1' }
    expect(await django.call('renderWhatWasRead', args)).toBe('read before')
    expect(await cachesOf()).toEqual([])
    expect(await django.call('renderWhatWasRead', { ...args, expire: 'a:2' })).toBe('read before')
  })

  it('is not in a transaction that has changed content and may be rolled back', async () => {
    const args = { template: block('a', '{{ n }}'), context: { n: 1 }, id: 3 }
    expect(await django.call('renderInUncommitted', args)).toBe('1')
    expect(await cachesOf()).toEqual([])
  })
})

it("a hook of the site's own that waits for the commit keeps nothing from being stored or expired", async () => {
  const template = block('a', '{% register_content "news/story:61" %}A')
  expect(await django.call('renderBesideHook', { template })).toEqual({ html: 'A', ran: ['ours'] })
  expect(await cachesOf()).toEqual(['cc:django:["a"]'])
  expect(await django.call('renderBesideHook', { template, id: 61 })).toEqual({ html: 'A', ran: ['ours'] })
  expect(await cachesOf()).toEqual([])
})

it('nobody is shown anything older than an expiry that is done, while others render all the time', async () => {
  const counts = await django.call('editWhileOthersRender', { edits: 300, readers: 3 })
  expect(counts.old).toBe(0)
  expect(counts.shown).toBeGreaterThan(300)
  // And blocks were stored, or none could have been old.
  expect(counts.renders).toBeLessThan(counts.shown * 3)
})

it('a view caches what it has read since the request began', async () => {
  await django.call('saveStory', { id: 1, headline: 'A' })
  await redis.client.flushall()
  for (const _ of ['miss', 'hit']) {
    expect(await django.call('visit', { path: '/story/1/' })).toEqual({ status: 200, text: 'A' })
  }
  expect(await redis.client.smembers('obj:news/story:1')).toEqual(['cc:django:["view"]'])
})

describe('cache_content in a view', () => {
  const call = (args: object = {}) =>
    django.call('cachedInView', { name: 'side', vary: [1], html: '<b>', registers: ['a:1'], ...args })

  it('renders once until an object is expired', async () => {
    expect(await call()).toEqual({ html: '<b>', renders: 1, safe: true })
    expect(await call()).toEqual({ html: '<b>', renders: 0, safe: true })
    await django.call('expireObj', { obj: 'a:1' })
    expect(await call()).toEqual({ html: '<b>', renders: 1, safe: true })
  })

  it('shares the block of a template of the same name and values', async () => {
    await call()
    expect(await render('{% cache_content 0 "side" 1 %}other{% endcache_content %}')).toBe('<b>')
  })

  it('stores nothing but text', async () => {
    const refusal = await errorOf(call({ html: 5 }))
    expect(refusal?.message).toContain('must return HTML as a string, but returned 5')
    expect(await cachesOf()).toEqual([])
  })

  it('escapes what is not marked safe, as the stored copy will be marked', async () => {
    const html = '&lt;b&gt;'
    for (const renders of [1, 0]) {
      expect(await call({ safe: false })).toEqual({ html, renders, safe: true })
    }
  })
})

describe('values', () => {
  it('of JSON are stored with the objects that they show', async () => {
    const value = { list: [1, 'ü', null, true], nested: { a: 1.5 } }
    expect(await django.call('contentSet', { key: 'k', value, objs: ['a:1'] })).toBe(true)
    expect(await django.call('contentGet', { key: 'k' })).toEqual(value)
    expect(await store.expire(['a:1'])).toBe(1)
    expect(await django.call('contentGet', { key: 'k' })).toBe(null)
  })

  it('are refused when an object was expired since the token was taken', async () => {
    const args = { key: 'k', value: 1, objs: ['a:1'], expireFirst: 'a:1' }
    expect(await django.call('contentSet', args)).toBe(false)
    expect(await django.call('contentGet', { key: 'k' })).toBe(null)
  })

  it('are refused with the token that could not be taken, and stored when none is given', async () => {
    expect(await django.call('contentSetWithNoToken', { key: 'k', value: 1, objs: ['a:1'] })).toBe(false)
    expect(await django.call('contentGet', { key: 'k' })).toBe(null)
    expect(await django.call('contentSetWithoutToken', { key: 'k', value: 1, objs: ['a:1'] })).toBe(true)
    expect(await django.call('contentGet', { key: 'k' })).toBe(1)
  })

  it('that a block shows are what it depends on', async () => {
    await django.call('contentSet', { key: 'k', value: 'v', objs: ['a:1'], timeout: 60 })
    expect(await render(block('a', '{{ value }}'), { value: { $value: 'k' } })).toBe('v')
    expect(await redis.client.pttl('cc:django:["a"]')).toBeLessThanOrEqual(60_000)
    await django.call('expireObj', { obj: 'a:1' })
    expect(await cachesOf()).toEqual([])
  })

  it('that somebody has damaged are not there, and nothing is run that they hold', async () => {
    await redis.client.set('cc:django:value:k', Buffer.from('\x80\x04cos\nsystem\n', 'latin1'))
    expect(await django.call('contentGet', { key: 'k' })).toBe(null)
  })
})

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

  it('differ wherever name or values do', async () => {
    const keys = await django.call<string[]>('fragmentKeys', { pairs })
    expect(new Set(keys).size).toBe(pairs.length)
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(200)
  })

  it('do not depend on the order of a record', async () => {
    const [one, other] = await django.call('fragmentKeys', {
      pairs: [
        ['a', [{ b: 1, c: 2 }]],
        ['a', [{ c: 2, b: 1 }]],
      ],
    })
    expect(one).toBe(other)
  })

  it('tell apart what JSON has no word for, and take a lazy text for a text', async () => {
    const keys = await django.call<string[]>('fragmentKeysOfMarked')
    expect(new Set(keys).size).toBe(keys.length)
    expect(await django.call('fragmentKeyOfLazy', { text: 'ü' })).toBe('["a","ü"]')
    expect((await errorOf(django.call('faultInKey')))?.message).toContain('Story cannot be part of a key')
  })

  it('are names that Redis takes, whatever the values hold', async () => {
    const args = { name: 'a', vary: ['\ud800'], html: 'b' }
    for (const renders of [1, 0]) expect(await django.call('cachedInView', args)).toMatchObject({ renders })
  })

  it('keep blocks apart in Redis that differ in one value', async () => {
    const template = '{% cache_content 0 "a" page %}{{ page }}{% endcache_content %}'
    for (const page of [1, 2, '1', 'ü', 1]) expect(await render(template, { page })).toBe(String(page))
    expect(await cachesOf()).toHaveLength(4)
  })
})

describe('objects', () => {
  it('are texts, what has a key, lists of these, and nothing at all', async () => {
    expect(await django.call('keysOf', { obj: ['a:1', ['b:2', null, false], 'a:1'] })).toEqual(['a:1', 'b:2'])
    const carried = ['a:1', 'a:2', 'a:method', 'news/story:7', 'a:3']
    expect(await django.call('keysOfCarriers')).toEqual(carried)
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
  ])('that are %s are refused', async (what, fault) => {
    const refusal = await errorOf(django.call('faultOf', { what }))
    expect(refusal?.type).toBe('TypeError')
    expect(refusal?.message).toContain(fault)
  })
})

describe('a React fragment', () => {
  const story = 'news/story:1'

  it('is gone after a story that it shows was saved, and its sibling is not', async () => {
    await commitEntry(store, 'shows', { dependencies: [story] })
    await commitEntry(store, 'sibling', { dependencies: ['news/story:2'] })
    await django.call('saveStory', { id: 1, headline: 'A' })
    expect(await filterStored(store, ['shows', 'sibling'])).toEqual(['sibling'])
  })

  it('is there until the transaction is committed', async () => {
    await commitEntry(store, 'shows', { dependencies: [story] })
    const during = await django.call('saveStory', { id: 1, headline: 'B', inTransaction: true })
    expect(during).toEqual(['cc:frag:shows'])
    expect(await filterStored(store, ['shows'])).toEqual([])
  })

  it.each(['rollback', 'savepoint'])('stays after a rollback (%s), and nobody is told', async (variant) => {
    await commitEntry(store, 'shows', { dependencies: [story] })
    await django.call('saveStory', { id: 1, headline: 'C', [variant]: true })
    expect(await filterStored(store, ['shows'])).toEqual(['shows'])
    expect(await redis.client.exists('cc:messages', 'cc:clock')).toBe(0)
  })

  it('is gone after a story was deleted, by itself or with its author', async () => {
    await django.call('saveAuthor', { id: 1, name: 'Ann' })
    for (const id of [11, 12]) await django.call('saveStory', { id, headline: 'A', author: 1 })
    await commitEntry(store, 'a', { dependencies: ['news/story:11'] })
    await commitEntry(store, 'b', { dependencies: ['news/story:12'] })
    await django.call('deleteStory', { id: 11 })
    expect(await filterStored(store, ['a', 'b'])).toEqual(['b'])
    await django.call('deleteAuthor', { id: 1 })
    expect(await filterStored(store, ['b'])).toEqual([])
  })

  it('that lists the newest changes with what is created, published or deleted, not with an edit', async () => {
    const list = async () => {
      const [there] = await filterStored(store, ['list'])
      if (there === undefined) await commitEntry(store, 'list', { dependencies: ['news/story:new'] })
      return there !== undefined
    }
    await list()
    const save = (status: string) => django.call('saveStory', { id: 21, headline: 'A', status })
    await save('published')
    expect(await list()).toBe(false)
    await save('published')
    expect(await list()).toBe(true)
    await save('draft')
    expect(await list()).toBe(false)
    await save('published')
    expect(await list()).toBe(false)
    await django.call('deleteStory', { id: 21 })
    expect(await list()).toBe(false)
  })

  it('is marked stale by a refresh, which removes the caches of Django', async () => {
    await commitEntry(store, 'a', { dependencies: [story] })
    await render(block('a', `{% register_content "${story}" %}`))
    expect(await django.call('refreshObj', { obj: story })).toBe(2)
    expect(await store.lookup([{ key: 'a', age: 0, shared: true }])).toMatchObject([
      { refreshed: true, entry: {} },
    ])
    expect(await cachesOf()).toEqual([])
  })

  it('is marked stale by the save of a model that asks for it, and gone after its deletion', async () => {
    await commitEntry(store, 'a', { dependencies: ['news/author:5'] })
    await django.call('saveAuthor', { id: 5, name: 'Bob' })
    expect(await store.lookup([{ key: 'a', age: 0, shared: true }])).toMatchObject([
      { refreshed: true, entry: {} },
    ])
    await django.call('deleteAuthor', { id: 5 })
    expect(await filterStored(store, ['a'])).toEqual([])
  })

  it('is gone after a change that sends no signals, when the site tells of it', async () => {
    await django.call('saveStories', { ids: [31, 32], headline: 'A' })
    await commitEntry(store, 'a', { dependencies: ['news/story:31'] })
    await commitEntry(store, 'b', { dependencies: ['news/story:new'] })
    await django.call('updateStories', { headline: 'B', ids: [31, 32] })
    expect(await filterStored(store, ['a', 'b'])).toEqual([])
  })

  it('is gone even when the message about the story cannot be sent, and the mistake is told', async () => {
    await commitEntry(store, 'a', { dependencies: [story] })
    const refusal = await errorOf(django.call('saveStory', { id: 1, status: 'x'.repeat(1025) }))
    expect(refusal?.message).toContain('status of a message is longer than 1024')
    expect(await filterStored(store, ['a'])).toEqual([])
  })

  it('is among those of a large refresh, which goes in batches', async () => {
    for (let index = 0; index < 400; index++) await commitEntry(store, `f${index}`, { dependencies: [story] })
    expect(await django.call('refreshObj', { obj: story })).toBe(400)
    const lookups = await store.lookup([{ key: 'f399', age: 0, shared: true }])
    expect(lookups).toMatchObject([{ refreshed: true }])
  })

  it('is among very many objects that are refreshed together, large ones and small', async () => {
    for (let index = 0; index < 300; index++) await commitEntry(store, `f${index}`, { dependencies: [story] })
    for (const index of [0, 199, 200, 449])
      await commitEntry(store, `m${index}`, { dependencies: [`many:${index}`] })
    await commitEntry(store, 'other', { dependencies: ['other:1'] })
    const many = Array.from({ length: 450 }, (_, index) => `many:${index}`)
    const objects = [...many.slice(0, 220), story, ...many.slice(220)]
    await redis.client.config('RESETSTAT')
    expect(await django.call('refreshObj', { obj: objects })).toBe(304)
    const stats = await redis.client.info('commandstats')
    // Three calls for the small ones, and at most six for each pass over the large one.
    expect(Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1])).toBeLessThan(20)
    const lookups = await store.lookup(
      ['f0', 'f299', 'm0', 'm199', 'm200', 'm449', 'other'].map((key) => ({ key, age: 0, shared: true })),
    )
    expect(lookups.map(({ refreshed }) => refreshed)).toEqual([true, true, true, true, true, true, false])
  })

  it('is among those of a large expiry, which goes in batches', async () => {
    for (let index = 0; index < 400; index++)
      await commitEntry(store, `f${index}`, { dependencies: [story, 'b:1'] })
    const many = Array.from({ length: 450 }, (_, index) => `many:${index}`)
    expect(await django.call('expireObj', { obj: [...many, story] })).toBe(400)
    expect(await redis.client.keys('*obj:*')).toEqual([])
  })

  it('leaves its routes to be rebuilt when a story is saved', async () => {
    await commitEntry(store, 'a', { dependencies: [story], route: '/news' })
    await commitEntry(store, 'b', { dependencies: [story, 'news/story:new'], route: '/news/1' })
    await commitEntry(store, 'c', { dependencies: ['news/story:2'], route: '/news/2' })
    await django.call('saveStory', { id: 1, headline: 'D' })
    const routes = await routesToRebuild(redis.client)
    expect(Object.keys(routes).sort()).toEqual(['/news', '/news/1'])
    for (const wait of Object.values(routes)) expect(Math.abs(wait)).toBeLessThan(1_000)
  })

  it('is gone before its route is due, lest the old content be rebuilt', async () => {
    await commitEntry(store, 'a', { dependencies: [story], route: '/news' })
    const steps = await rebuildSteps(redis.client, () => django.call('saveStory', { id: 1, headline: 'B' }))
    expect(steps).toEqual(['/news is due in 60 s', 'cc:frag:a is gone', '/news is due in 0 s'])
  })

  it('is stale before its route is due', async () => {
    await commitEntry(store, 'a', { dependencies: ['news/author:5'], route: '/bob' })
    const steps = await rebuildSteps(redis.client, () => django.call('saveAuthor', { id: 5, name: 'Bo' }))
    expect(steps).toEqual(['/bob is due in 60 s', 'cc:frag:a is stale', '/bob is due in 0 s'])
  })

  it('has its route due with those of hundreds of others, which are noted in batches', async () => {
    const fragments = Array.from({ length: 400 }, (_, index) => `f${index}`)
    for (const key of fragments) await commitEntry(store, key, { dependencies: [story], route: `/${key}` })
    await django.call('saveStory', { id: 1, headline: 'A' })
    const waits = Object.values(await routesToRebuild(redis.client))
    expect(waits).toHaveLength(400)
    expect(Math.max(...waits)).toBeLessThan(1_000)
  })

  it("is gone though somebody's key is in the place of the routes to rebuild", async () => {
    await redis.client.set('cc:rebuild:queue', 'mine')
    await commitEntry(store, 'a', { dependencies: [story], route: '/news' })
    await django.call('saveStory', { id: 1, headline: 'A' })
    expect(await filterStored(store, ['a'])).toEqual([])
    expect((await django.call<string[]>('logs')).join()).toContain('refused to queue the routes to rebuild')
  })

  it.each([
    ['run_enqueue_routes', 'nowhere', {}],
    ['run_mark_routes_ready', 'in a minute', { '/news': expect.closeTo(60_000, -4) }],
  ])('is gone though Redis does not answer %s, and its route due %s', async (script, _, routes) => {
    await commitEntry(store, 'a', { dependencies: [story], route: '/news' })
    await django.call('saveStoryWhile', { unanswered: script, id: 1, headline: 'A' })
    expect(await filterStored(store, ['a'])).toEqual([])
    expect(await routesToRebuild(redis.client)).toEqual(routes)
  })

  it('has its route not added where ten thousand wait already', async () => {
    const waiting = Array.from({ length: 10_000 }, (_, index) => [1, `/waiting/${index}`]).flat()
    await redis.client.zadd('cc:rebuild:queue', ...waiting)
    await commitEntry(store, 'a', { dependencies: [story], route: '/news' })
    await django.call('saveStory', { id: 1, headline: 'A' })
    expect(await redis.client.zcard('cc:rebuild:queue')).toBe(10_000)
    expect((await django.call<string[]>('logs')).join()).toContain('1 routes were not queued')
  })
})

describe('this library', () => {
  it('empties the caches of Django that show an object, and no others', async () => {
    await render(block('a', '{% register_content "a:1" %}') + block('b', '{% register_content "a:2" %}'))
    await django.call('contentSet', { key: 'k', value: 1, objs: ['a:1'] })
    expect(await store.expire(['a:1'])).toBe(2)
    expect(await cachesOf()).toEqual(['cc:django:["b"]'])
  })

  it('takes what Django caches on its own as well, when its full name is in the index', async () => {
    await django.call('cacheSet', { key: 'theirs', value: 1 })
    await redis.client.sadd('obj:a:1', await django.call('cacheName', { key: 'theirs' }))
    expect(await store.expire(['a:1'])).toBe(1)
    expect(await django.call('cacheGet', { key: 'theirs' })).toBe(null)
  })

  it('leaves what Django caches on its own otherwise', async () => {
    await django.call('cacheSet', { key: 'theirs', value: { a: 1 } })
    await store.expire(['a:1'])
    expect(await django.call('cacheGet', { key: 'theirs' })).toEqual({ a: 1 })
  })
})

describe('a message', () => {
  async function collectMessages(change: () => Promise<unknown>) {
    const listener = redis.client.duplicate()
    const onChannel: string[] = []
    listener.on('message', (_, text) => onChannel.push(text))
    await listener.subscribe('content')
    await change()
    // What was published before this comes before it.
    await new Promise<void>((resolve) => {
      listener.on('message', (_, text) => text === 'end' && resolve())
      redis.client.publish('content', 'end')
    })
    listener.disconnect()
    const entries = await redis.client.xrange('cc:messages', '-', '+')
    // All is what a worker takes.
    for (const text of [...onChannel, ...entries.map(([, fields]) => fields[1] ?? '')]) {
      if (text !== 'end') parseMessage(text)
    }
    const inStream = entries.map(([place, fields]) => ({ place, message: JSON.parse(fields[1] ?? '') }))
    return { inStream, onChannel: onChannel.filter((text) => text !== 'end').map((text) => JSON.parse(text)) }
  }

  it('is in the stream and on the channel when a story is saved', async () => {
    const { inStream, onChannel } = await collectMessages(() =>
      django.call('saveStory', { id: 41, headline: 'Ü' }),
    )
    const message = {
      v: 1,
      key: 'news/story:41',
      action: 'save',
      status: 'published',
      type: 'news/story',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    }
    expect(inStream.map((entry) => entry.message)).toEqual([message])
    expect(onChannel).toEqual([{ ...message, stream: `cc:messages ${inStream[0]?.place}` }])
  })

  it('says what has happened to the story', async () => {
    const { onChannel } = await collectMessages(async () => {
      for (const status of ['published', 'draft', 'published', 'published']) {
        await django.call('saveStory', { id: 42, headline: 'A', status })
      }
      await django.call('deleteStory', { id: 42 })
    })
    const actions = ['save', 'unpublish', 'publish', 'save', 'delete']
    expect(onChannel.map(({ action }) => action)).toEqual(actions)
  })

  it('is sent for each object, with fields of the site', async () => {
    const { onChannel } = await collectMessages(() =>
      django.call('publish', {
        obj: ['a/b:c:1', 'plain'],
        action: 'publish',
        status: 'live',
        fields: { by: 'Zoë "}', tags: [1, { a: null }] },
      }),
    )
    const fields = { v: 1, action: 'publish', status: 'live', by: 'Zoë "}', tags: [1, { a: null }] }
    expect(onChannel).toMatchObject([
      { ...fields, key: 'a/b:c:1', type: 'a/b:c' },
      { ...fields, key: 'plain' },
    ])
  })

  it.each([
    ['an unknown action', { action: 'edit' }, 'needs an action'],
    ['a field of the contract', { fields: { stream: '0-1' } }, "a field 'stream'"],
    ['64 KiB', { fields: { text: 'x'.repeat(65_536) } }, 'of 65536 at most'],
    ['a status that is no text', { status: 5 }, 'status of a message must be a string'],
    ['a type that could not be in a key', { fields: { type: 'a\nb' } }, 'type of a message holds control'],
    ['a field that is no Unicode', { fields: { text: '\ud800' } }, 'is not JSON'],
  ])('is refused with %s, and none is sent', async (_, args, fault) => {
    const refusal = await errorOf(django.call('publish', { obj: ['a:1', 'a:2'], ...args }))
    expect(refusal?.message).toContain(fault)
    expect(await redis.client.exists('cc:messages')).toBe(0)
  })

  it('has no status where that is empty, as a column of a model may be', async () => {
    const { onChannel } = await collectMessages(() => django.call('publish', { obj: ':1', status: '' }))
    expect(onChannel).toEqual([
      { v: 1, key: ':1', action: 'save', at: expect.anything(), stream: expect.anything() },
    ])
  })

  it('is one of many when a transaction saves many, with one expiry for all', async () => {
    const ids = [51, 52, 53, 54]
    const { onChannel } = await collectMessages(() => django.call('saveStories', { ids, headline: 'A' }))
    expect(onChannel.map(({ key }) => key)).toEqual(ids.map((id) => `news/story:${id}`))
    expect(await redis.client.get('cc:clock')).toBe('1')
  })
})

describe('without Redis', () => {
  let separateServer: RedisServer
  let cut: DjangoProject
  beforeAll(async () => {
    separateServer = await startRedis()
    cut = await startDjango({ redisUrl: separateServer.url })
    await separateServer.kill()
  })
  afterAll(async () => {
    await cut?.stop()
    await separateServer?.stop()
  })

  it('templates render, every time', async () => {
    const template = block('outer', `{% register_content "a:1" %}${block('inner', '{{ n }}')}`)
    for (const n of [1, 2, 3]) {
      expect(await cut.call('renderString', { template, context: { n } })).toBe(String(n))
    }
    expect(await cut.call('contentGet', { key: 'k' })).toBe(null)
    expect(await cut.call('contentSet', { key: 'k', value: 1 })).toBe(false)
    const logs: string[] = await cut.call('logs')
    expect(logs.filter((line) => line.includes('cannot be reached'))).toHaveLength(1)
  })

  it.each(['expireObj', 'refreshObj', 'publish'])('%s raises, and names the objects', async (command) => {
    const failure = await errorOf(cut.call(command, { obj: ['a:1', 'a:2'] }))
    expect(failure).toMatchObject({ type: 'ContentCacheError', keys: ['a:1', 'a:2'] })
    expect(failure?.message).toContain('Check Redis')
    expect(failure?.message).toContain('in 5 attempts')
    expect(failure?.code).toBe(command === 'publish' ? 'CC_PUBLISH_FAILED' : 'CC_EXPIRE_FAILED')
    expect(failure?.message).toContain(`[${failure?.code}]`)
  })

  it('a save is saved, raises, and logs the objects of the whole transaction', async () => {
    await cut.call('logs')
    const failure = await errorOf(cut.call('saveStories', { ids: [1, 2], headline: 'A', apart: true }))
    const keys = ['news/story:1', 'news/story:new', 'news/story:2']
    expect(failure).toMatchObject({ type: 'ContentCacheError', keys: expect.arrayContaining(keys) })
    const line = (await cut.call<string[]>('logs')).find((line) => line.includes('Content was saved'))
    for (const key of keys) expect(line).toContain(key)
    const template = '{{ a.headline }}'
    expect(await cut.call('renderString', { template, context: { a: { $story: 2 } } })).toBe('A')
  })
})

describe('while it is tried', () => {
  it('an expiry follows to the server that has taken over from one that is a replica now', async () => {
    const [first, second] = await Promise.all([startRedis(), startRedis()])
    const proxy = await startProxy(first.port)
    const there = await startDjango({ redisUrl: `redis://127.0.0.1:${proxy.port}` })
    try {
      await there.call('expireObj', { obj: 'a:1' })
      await first.client.replicaof('127.0.0.1', second.port)
      proxy.target = second.port
      await there.call('expireObj', { obj: 'a:1' })
      expect(await second.client.get('cc:clock')).toBe('1')
    } finally {
      await there.stop()
      await proxy.close()
      await Promise.all([first.stop(), second.stop()])
    }
  })

  it('an expiry is done when Redis comes back', async () => {
    const server = await startRedis()
    const proxy = await startProxy(server.port)
    const there = await startDjango({ redisUrl: `redis://127.0.0.1:${proxy.port}` })
    try {
      proxy.refuse(true)
      const expiring = there.call('expireObj', { obj: 'a:1' })
      await vi.waitFor(() => expect(proxy.refused).toBeGreaterThan(0), { interval: 2 })
      proxy.refuse(false)
      expect(await expiring).toBe(0)
      expect(await server.client.get('cc:clock')).toBe('1')
    } finally {
      await there.stop()
      await proxy.close()
      await server.stop()
    }
  })
})

describe('with a Redis that', () => {
  it('is full, templates render, one warning is logged, and expiries are done', async () => {
    await render(block('there', '{% register_content "a:1" %}'))
    await redis.client.config('SET', 'maxmemory', '1')
    try {
      expect(await render(block('a', 'A') + block('b', 'B'))).toBe('AB')
      expect(await django.call('expireObj', { obj: 'a:1' })).toBe(1)
    } finally {
      await redis.client.config('SET', 'maxmemory', '0')
    }
    expect(await cachesOf()).toEqual([])
    const logs: string[] = await django.call('logs')
    expect(logs.filter((line) => line.includes('refused a command'))).toHaveLength(1)
  })

  it("holds somebody's key in the place of an index, nothing is stored that no expiry would find", async () => {
    await redis.client.set('obj:a:1', 'mine')
    expect(await render(block('a', '{% register_content "a:1" %}A'))).toBe('A')
    expect(await cachesOf()).toEqual([])
    expect((await django.call<string[]>('logs')).join()).toContain('stands where the index')
  })

  it('does not answer, a page waits for three timeouts, not for one a block', async () => {
    const separateServer = await startRedis()
    const slow = await startDjango({ redisUrl: separateServer.url, contentCache: { TIMEOUT: 0.5 } })
    try {
      separateServer.suspend()
      const template = Array.from({ length: 40 }, (_, index) => block(`b${index}`, '.')).join('')
      const startedAt = performance.now()
      expect(await slow.call('renderString', { template })).toBe('.'.repeat(40))
      expect(performance.now() - startedAt).toBeLessThan(10_000)
    } finally {
      separateServer.resume()
      await slow.stop()
      await separateServer.stop()
    }
  })
})

describe('the code of an error', () => {
  it.each([
    ['CC_INVALID_NAME', '{% cache_content 0 name %}a{% endcache_content %}'],
    ['CC_INVALID_TTL', '{% cache_content "soon" "a" %}a{% endcache_content %}'],
    ['CC_INVALID_OBJ', '{% register_content 5 %}'],
    ['CC_FRAGMENT_IN_ITSELF', block('a', block('a', ''))],
  ])('is %s for %s, as in the library', async (code, template) => {
    expect(await errorOf(render(template))).toMatchObject({
      code,
      message: expect.stringContaining(`[${code}]`),
    })
  })

  it('is CC_INVALID_VARY for a value that cannot be part of a key', async () => {
    expect(await errorOf(django.call('faultInKey'))).toMatchObject({ code: 'CC_INVALID_VARY' })
  })

  it.each([
    { obj: 'a:1', status: 5 },
    { obj: 'a:1', action: 'saved' },
    { obj: 'a:1', fields: { at: 'now' } },
  ])('is CC_INVALID_MESSAGE for the message %j', async (message) => {
    expect(await errorOf(django.call('publish', message))).toMatchObject({ code: 'CC_INVALID_MESSAGE' })
  })

  it('is CC_INVALID_OPTIONS for a wrong setting', async () => {
    const [message] = await django.call<string[]>('faultsInSettings', { contentCache: { URL: '' } })
    expect(message).toContain('[CC_INVALID_OPTIONS]')
  })
})

describe('the settings', () => {
  const URL = 'redis://:s3cret@localhost:6379'
  it.each([
    [{ URL: '' }, 'has no URL'],
    [{ URL: 'http://:s3cret@localhost' }, 'must look like redis://'],
    [{ URL: 'redis://:s3cret/x@localhost:port' }, 'must look like redis://'],
    [{ URL, TIMEOUT: 0 }, 'TIMEOUT'],
    [{ URL, TIMEOUT: true }, 'TIMEOUT'],
    [{ URL, RETENTION: 1.5 }, 'RETENTION'],
    [{ URL, NAMESPACE: '' }, 'NAMESPACE'],
    [{ URL, CHANNEL: null }, 'CHANNEL'],
    [{ URL, OBJECT_PREFIX: 'sobj:' }, 'must not overlap'],
    [{ URL, NAMESPACE: 'obj' }, 'must keep apart'],
    [{ URL, NAMSPACE: 'cc' }, "no setting 'NAMSPACE'"],
    ['redis://:s3cret@localhost', 'must be a dict'],
  ])('%j are refused, and no password is shown', async (contentCache, fault) => {
    const [message = ''] = await django.call<string[]>('faultsInSettings', { contentCache })
    expect(message).toContain(fault)
    expect(message).not.toContain('s3cret')
  })

  it('that name objects as the store or another program names its own are refused', async () => {
    const { fragmentPrefix, objectPrefix, reversePrefix, ...keys } = createRedisKeys(names)
    const single = Object.values(keys).filter((key) => typeof key === 'string')
    expect(single).toContain('cc:clock')
    const families = [fragmentPrefix, keys.lease(''), 'cc:django:', 'cc:rails:', 'cc:cache:']
    for (const OBJECT_PREFIX of [...single, ...families]) {
      const [message] = await django.call<string[]>('faultsInSettings', {
        contentCache: { URL, OBJECT_PREFIX },
      })
      expect(message, OBJECT_PREFIX).toContain('must keep apart')
    }
  })

  it('that are refused in a page show no password, not even where the error comes from', async () => {
    const contentCache = { URL: 'redis://:s3cret/x@localhost:port' }
    const trace: string = await django.call('tracebackOfSettings', { contentCache })
    expect(trace).toContain('ImproperlyConfigured')
    expect(trace).not.toMatch(/s3cret|During handling/)
  })

  it('name everything in Redis', async () => {
    const contentCache = { NAMESPACE: 'site2', OBJECT_PREFIX: 'o:', REVERSE_PREFIX: 'r:' }
    await django.call('renderWith', { contentCache, template: block('a', '{% register_content "a:1" %}') })
    const all = ['o:a:1', 'r:site2:django:["a"]', 'site2:django:["a"]', 'site2:due', 'site2:epoch']
    expect(await cachesOf('*')).toEqual(all)
  })

  it('keep the blocks of another VERSION apart', async () => {
    const template = block('a', '{{ n }}')
    for (const VERSION of ['', 'v1', 'v2']) {
      const args = { contentCache: { VERSION }, template, context: { n: VERSION } }
      expect(await django.call('renderWith', args)).toBe(VERSION)
    }
  })

  it('are fine with a URL alone, and take it from the environment', async () => {
    expect(await django.call('faultsInSettings', { contentCache: { URL } })).toEqual([])
    const environment = { CONTENT_CACHE_REDIS_URL: URL }
    expect(await django.call('faultsInSettings', { contentCache: {}, environment })).toEqual([])
  })
})

describe('a Django program of 2012', () => {
  const x = 'news/story:1'
  const y = 'news/story:2'

  it('takes our fragments with its expiry, and no others', async () => {
    await commitEntry(store, 'a', { dependencies: [x, y] })
    await commitEntry(store, 'b', { dependencies: [y] })
    await render(block('c', `{% register_content "${x}" %}`))
    await django.call('seedExpire', { obj: x })
    expect(await filterStored(store, ['a', 'b'])).toEqual(['b'])
    expect(await cachesOf()).toEqual([])
    expect(await redis.client.smembers(`obj:${y}`)).toEqual(['cc:frag:b'])
  })

  it.each(['expire', 'refresh'] as const)('loses its caches to our %s, and no others', async (mode) => {
    await django.call('seedSet', { key: 'front', value: '<p>', objs: [x, y] })
    await django.call('seedSet', { key: 'foot', value: '<i>', objs: [y] })
    expect(await store[mode]([x])).toBe(1)
    expect(await django.call('seedGet', { key: 'front' })).toBe(null)
    expect(await django.call('seedGet', { key: 'foot' })).toBe('<i>')
    expect(await redis.client.smembers(`obj:${y}`)).toEqual(['foot'])
  })

  it('keeps a block of its templates until one of ours is saved', async () => {
    const template = `{% seed_cache_content side %}{% seed_register_content "${x}" %}{{ n }}{% endseed_cache_content %}`
    expect(await render(template, { n: 1 })).toBe('1')
    expect(await render(template, { n: 2 })).toBe('1')
    await django.call('saveStory', { id: 1, headline: 'E' })
    expect(await render(template, { n: 3 })).toBe('3')
    expect(await redis.client.smembers(`obj:${x}`)).toEqual(['side'])
  })
})
