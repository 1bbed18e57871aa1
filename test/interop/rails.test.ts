import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Entry, FragmentStore } from '../../lib/core/store.ts'
import { put, storedOf, tokenFrom } from '../support/put.ts'
import { type RedisServer, startRedis } from '../support/redisServer.ts'
import { type RedisSite, siteOn } from '../support/redisStores.ts'
import { type RailsProject, startRails } from './rails/railsProject.ts'

const names = { namespace: 'cc', objectPrefix: 'obj:', reversePrefix: 'sobj:' }
const soon = { timeout: 60_000, interval: 20 }
const story = 'news/story:1'
const other = 'news/story:2'

let server: RedisServer
let rails: RailsProject
let site: RedisSite
let store: FragmentStore

beforeAll(async () => {
  server = await startRedis()
  rails = await startRails({ redisUrl: server.url, namespace: 'cc' })
  site = siteOn(() => server.port, { ...names, local: false })
  store = site.open()
})
afterAll(async () => {
  await rails?.stop()
  await site?.close()
  await server?.stop()
})
beforeEach(async () => {
  await server.client.flushall()
})

let stamps = 0

const render = (name: string, assigns: Record<string, unknown> = {}) =>
  rails.call<string>('renderTemplate', { name, assigns: { stamp: `s${++stamps}`, ...assigns } })
const save = (fields: Record<string, unknown> = {}) =>
  rails.call('saveStory', { id: 1, headline: 'Rain', ...fields })
const front = (ids: readonly number[], more: Record<string, unknown> = {}) =>
  render('front', { ids, edition: 'morning', ...more })
const stampsIn = (html: string) => [...html.matchAll(/=(s\d+)/g)].map((match) => match[1])
const keys = async (pattern: string) => (await server.client.keys(pattern)).sort()
/** The names of the fragments stored, without what else belongs to their keys. */
const fragments = async () =>
  (await keys('cc:rails:*')).map((key) => JSON.parse(`${key.slice('cc:rails:'.length).split(',')[0]}]`)[0])

/** Until it is stored: an expiry a few milliseconds ago still counts against what began then. */
async function stored<T>(show: () => Promise<T>, names: readonly string[]): Promise<T> {
  let shown: T | undefined
  await vi.waitFor(async () => {
    shown = await show()
    expect(await fragments()).toEqual(expect.arrayContaining([...names]))
  }, soon)
  return shown as T
}

/** A fragment of React's, as {@link stored}. */
async function keep(key: string, fields: Partial<Entry>) {
  await vi.waitFor(async () => expect(await put(store, key, fields)).toBe('committed'), soon)
}

/** Waits until a render has come to the place, and returns what lets it go on. */
async function heldAt(place: string): Promise<() => Promise<unknown>> {
  const line = server.client.duplicate()
  await line.blpop(`held:${place}`, 60)
  line.disconnect()
  return () => server.client.rpush(`go:${place}`, 'on')
}

async function messages(): Promise<Record<string, unknown>[]> {
  const entries = await server.client.xrange('cc:messages', '-', '+')
  return entries.map(([, fields]) => JSON.parse(fields[1] ?? ''))
}

describe('nested fragments', () => {
  const objectsOf = (name: string) =>
    vi.waitFor(async () => {
      const [key] = (await keys('sobj:cc:rails:*')).filter((full) => full.includes(`["${name}"`))
      return (await server.client.smembers(key ?? '')).sort()
    }, soon)

  it('hand what they register to the one around them when they are rendered', async () => {
    await front([1, 2])
    expect(await fragments()).toEqual(['front', 'teaser', 'teaser'])
    expect(await objectsOf('front')).toEqual([`obj:${story}`, `obj:${other}`])
  })

  it('and when they were found in the cache', async () => {
    await front([1, 2], { edition: 'morning', stamp: 'first' })
    const evening = await front([1, 2], { edition: 'evening', stamp: 'second' })
    expect(evening).toContain('outer=second')
    expect(evening).toContain('1=first')
    const [name = ''] = (await keys('sobj:cc:rails:*')).filter((key) => key.includes('evening'))
    expect((await server.client.smembers(name)).sort()).toEqual([`obj:${story}`, `obj:${other}`])
    await rails.call('expireObj', { obj: story })
    expect(await fragments()).toEqual(['teaser'])
  })

  it('go with what is around them when their object is expired, and leave their siblings', async () => {
    const before = await front([1, 2], { stamp: 's0' })
    expect(stampsIn(before)).toEqual(['s0', 's0', 's0'])
    expect(await rails.call('expireObj', { obj: story })).toBe(2)
    const after = await front([1, 2], { stamp: 's9' })
    expect(stampsIn(after)).toEqual(['s9', 's9', 's0'])
  })

  it('shorten the life of the one around them, rendered or found', async () => {
    await front([1], { inner_seconds: 50 })
    await front([1], { edition: 'evening', inner_seconds: 50 })
    for (const key of await keys('cc:rails:*')) {
      const left = await server.client.pttl(key)
      expect(left, key).toBeGreaterThan(0)
      expect(left, key).toBeLessThanOrEqual(50_000)
    }
  })

  it('live on when only the outer one is short-lived', async () => {
    await front([1], { outer_seconds: 50 })
    const [outer = '', inner = ''] = await keys('cc:rails:*')
    expect(await server.client.pttl(outer)).toBeLessThanOrEqual(50_000)
    expect(await server.client.pttl(inner)).toBeGreaterThan(86_400_000)
  })

  it('that follow one another do not mix', async () => {
    await render('twice')
    const sets = await keys('sobj:cc:rails:*')
    expect(await Promise.all(sets.map((set) => server.client.smembers(set)))).toEqual([
      ['obj:a:1'],
      ['obj:b:1'],
    ])
  })

  it('are refused, with the fragment named, when one contains itself', async () => {
    await expect(render('recursive')).rejects.toThrow(/"doll".*contains itself/)
  })

  it("stay out of each other's sets when two threads render at once", async () => {
    const slow = render('held', { object: 'a:1', hold: 'a' })
    const release = await heldAt('a')
    await render('held', { object: 'b:1' })
    await release()
    await slow
    expect(await server.client.smembers('obj:a:1')).toEqual([expect.stringContaining('a:1')])
    expect(await server.client.smembers('obj:b:1')).toEqual([expect.stringContaining('b:1')])
    expect(await fragments()).toEqual(['held', 'held'])
  })
})

describe('what must not be stored', () => {
  it.each(['expire', 'refresh'] as const)('is a render that an %s from Next has overtaken', async (how) => {
    await tokenFrom(store)
    const rendered = render('held', { object: story, hold: 'block', stamp: 'old' })
    const release = await heldAt('block')
    await store[how]([story])
    await release()
    expect(await rendered).toContain('old')
    expect(await fragments()).toEqual([])
    expect(await keys('*obj:*')).toEqual([])
  })

  it('and one that embeds what was expired after it began', async () => {
    const rendered = render('around', { object: story, hold: true, stamp: 'old' })
    const release = await heldAt('around')
    await rails.call('expireObj', { obj: story })
    await release()
    await rendered
    // The inner one began after the expiry, but belongs to a request that began before.
    expect(await fragments()).toEqual([])
  })

  it('and one of data that the action had read before the expiry', async () => {
    await save({ headline: 'old' })
    const rendered = render('whole', { id: 1, hold_before_view: true })
    const release = await heldAt('before view')
    await save({ headline: 'new' })
    await release()
    expect(await rendered).toContain('old')
    expect(await fragments()).toEqual([])
    expect(await stored(() => render('whole', { id: 1 }), ['whole'])).toContain('new')
  })

  it('and one whose data is of another epoch', async () => {
    const rendered = render('held', { object: story, hold: 'epoch' })
    const release = await heldAt('epoch')
    await store.clear()
    await release()
    await rendered
    expect(await fragments()).toEqual([])
  })

  it('and one around what was found to be of another epoch', async () => {
    await rails.call('expireObj', { obj: ['a:1', 'a:2'] })
    await rails.call('expireObj', { obj: 'a:3' })
    const rendered = render('around', { object: story, hold: true })
    const release = await heldAt('around')
    // As where a server comes back empty: its clock begins anew, behind that of the token.
    await server.client.flushall()
    await release()
    await rendered
    expect(await fragments()).toEqual(['held'])
  })

  it('and one that raises, which reaches the caller', async () => {
    await expect(render('broken', { fails: true, unrescued: true })).rejects.toThrow('half a fragment')
    expect(await fragments()).toEqual([])
  })

  it('nor what is around one that has raised, should the view go on', async () => {
    expect(await render('broken', { fails: true })).toContain('<em>half a fragment</em>')
    expect(await fragments()).toEqual([])
    await render('broken', { fails: false })
    expect(await fragments()).toEqual(['inner', 'middle', 'outer'])
  })

  it('nor anything, where caching is not performed', async () => {
    await rails.call('performCaching', { on: false })
    try {
      expect(await front([1])).toContain('outer=')
      expect(await keys('*')).toEqual([])
    } finally {
      await rails.call('performCaching', { on: true })
    }
  })
})

describe('HTML', () => {
  it('is escaped as without the cache, the first time and every other', async () => {
    const text = '<script>alert("1 & 2")</script>é😀'
    const escaped = '&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;é😀'
    const first = await render('text', { text })
    expect(first.trim()).toBe(`<b>${escaped}</b><i>made by the view</i>${escaped}`)
    const [key = ''] = await keys('cc:rails:*')
    expect(await server.client.get(key)).toBe(`<b>${escaped}</b><i>made by the view</i>`)
    expect(await render('text', { text })).toBe(first)
  })

  it('that a block returns as plain text is escaped too', async () => {
    for (let visit = 0; visit < 2; visit++)
      expect((await render('value', { text: '<b>' })).trim()).toBe('&lt;b&gt;')
  })

  it('in bytes that are no UTF-8 is a miss, and is replaced', async () => {
    await front([], { stamp: 'first' })
    const [key = ''] = await keys('cc:rails:*')
    await server.client.set(key, Buffer.from([0x3c, 0xff]))
    expect(await front([], { stamp: 'second' })).toContain('second')
    expect(await server.client.get(key)).toContain('second')
  })

  it('without objects is stored too, and registering outside of fragments does nothing', async () => {
    const first = await render('unregistered')
    expect(await render('unregistered')).toBe(first)
    expect(await keys('*obj:*')).toEqual([])
  })
})

describe('an edit in Rails', () => {
  const fragment = (key: string, fields = {}) => keep(key, { dependencies: [story], ...fields })

  it("takes React's fragments that show the story, and no others, when it is committed", async () => {
    await save()
    await fragment('"front"')
    await keep('"side"', { dependencies: [other] })
    await save({ headline: 'Sun' })
    expect(await storedOf(store, ['"front"', '"side"'])).toEqual(['"side"'])
  })

  it('does nothing when it is rolled back', async () => {
    await save()
    await server.client.del('cc:messages')
    await fragment('"front"')
    await save({ headline: 'Never', rollback: true })
    expect(await rails.call('headline', { id: 1 })).toBe('Rain')
    expect(await storedOf(store, ['"front"'])).toEqual(['"front"'])
    expect(await messages()).toEqual([])
  })

  it('shows in the next page', async () => {
    await save({ headline: 'Rain' })
    expect(await stored(() => render('teaser', { id: 1 }), ['teaser'])).toContain('Rain')
    await save({ headline: 'Sun' })
    expect(await render('teaser', { id: 1 })).toContain('Sun')
  })

  it('marks them stale where the model says so, but expires them when it is deleted', async () => {
    await save({ id: 7, type: 'Brief' })
    await keep('"brief"', { dependencies: ['brief:7'] })
    await save({ id: 7, type: 'Brief', headline: 'Sun' })
    expect(await server.client.getrange('cc:frag:"brief"', 4, 4)).toBe('S')
    await rails.call('deleteStory', { id: 7, type: 'Brief' })
    expect(await server.client.exists('cc:frag:"brief"')).toBe(0)
  })

  it.each([
    ['created', () => save({ id: 30 + ++stamps })],
    ['published', () => save({ status: 'live' })],
    ['unpublished', () => save({ status: 'draft' })],
    ['deleted', () => rails.call('deleteStory', { id: 1 })],
  ])('that has %s a story changes the lists of stories', async (_, edit) => {
    await save({ status: 'new' })
    await keep('"list"', { dependencies: ['news/story:new'] })
    await save({ headline: 'Sun' })
    expect(await storedOf(store, ['"list"'])).toEqual(['"list"'])
    await edit()
    expect(await storedOf(store, ['"list"'])).toEqual([])
  })

  it('by touch counts, by update_columns does not', async () => {
    await save()
    await fragment('"front"')
    await rails.call('updateColumns', { id: 1, headline: 'Unseen' })
    expect(await storedOf(store, ['"front"'])).toEqual(['"front"'])
    await rails.call('touchStory', { id: 1 })
    expect(await storedOf(store, ['"front"'])).toEqual([])
  })

  it('notes the routes that showed the story, once each', async () => {
    await save()
    for (const [key, route] of [
      ['"a"', '/front'],
      ['"b"', '/front'],
      ['"c"', '/story/1'],
    ] as const)
      await fragment(key, { route })
    await keep('"d"', { dependencies: [other], route: '/elsewhere' })
    await save({ headline: 'Sun' })
    expect((await server.client.zrange('cc:rebuild', '0', '-1')).sort()).toEqual(['/front', '/story/1'])
  })

  it('is told of in the stream and on the channel', async () => {
    const listener = server.client.duplicate()
    const heard: Record<string, unknown>[] = []
    listener.on('message', (_, text) => heard.push(JSON.parse(text)))
    await listener.subscribe('content')
    await save({ status: 'draft' })
    await server.client.del('cc:messages')
    await save({ headline: 'Sun' })
    await save({ status: 'live' })
    await rails.call('deleteStory', { id: 1 })
    const [first, second, third] = await messages()
    expect(first).toEqual({
      v: 1,
      key: story,
      action: 'save',
      status: 'draft',
      type: 'news/story',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    })
    expect(second).toMatchObject({ action: 'publish', status: 'live' })
    expect(third).toMatchObject({ key: story, action: 'delete' })
    await vi.waitFor(() => expect(heard.at(-1)).toEqual({ ...third, stream: expect.any(String) }), soon)
    listener.disconnect()
  })

  it('is told of as a deletion only, when it created the story as well', async () => {
    await rails.call('createAndDelete', { id: 90 })
    expect((await messages()).map(({ action }) => action)).toEqual(['delete'])
  })

  it('is expired even when the model makes no proper message of it, which is told', async () => {
    await save()
    await fragment('"front"')
    await expect(save({ headline: 'Sun', odd_status: 5 })).rejects.toThrow(/ArgumentError.*status must be/)
    expect(await storedOf(store, ['"front"'])).toEqual([])
  })

  it('of several stories is not lost for the rest when a callback of the first one raises', async () => {
    for (const id of [1, 2, 3]) await save({ id })
    await keep('"second"', { dependencies: [other] })
    await keep('"third"', { dependencies: ['news/story:3'] })
    const saving = rails.call('saveStories', { ids: [1, 2, 3], headline: 'Sun', fail_first: true })
    await expect(saving).rejects.toThrow("A callback of the site's own.")
    expect(await rails.call('headline', { id: 3 })).toBe('Sun')
    expect(await storedOf(store, ['"second"', '"third"'])).toEqual([])
    expect((await keys('cc:messages')).length).toBe(1)
  })
})

describe('an expiry', () => {
  it('from Next empties what Rails has stored of the story', async () => {
    await front([1, 2])
    expect(await store.expire([story])).toBe(2)
    expect(await fragments()).toEqual(['teaser'])
    expect(await store.refresh([other])).toBe(1)
    expect(await fragments()).toEqual([])
    expect(await keys('*obj:*')).toEqual([])
  })

  it('from Rails takes lists of objects, and hundreds of fragments', async () => {
    for (let index = 0; index < 400; index++) await keep(`"${index}"`, { dependencies: [story] })
    const many = Array.from({ length: 450 }, (_, index) => `film:${index}`)
    await keep('"film"', { dependencies: ['film:449'] })
    expect(await rails.call('expireObj', { obj: [many, null, false, [story]] })).toBe(401)
    expect(await keys('cc:frag:*')).toEqual([])
  })

  it("that only marks leaves React's fragments to be shown, and removes those of Rails", async () => {
    await front([1])
    for (let index = 0; index < 400; index++) await keep(`"${index}"`, { dependencies: [story] })
    expect(await rails.call('refreshObj', { obj: story })).toBe(402)
    expect(await fragments()).toEqual([])
    expect((await keys('cc:frag:*')).length).toBe(400)
    const marks = await Promise.all((await keys('cc:frag:*')).map((key) => server.client.getrange(key, 4, 4)))
    expect(new Set(marks)).toEqual(new Set(['S']))
  })
})

describe('objects', () => {
  it.each([
    ['number', /TypeError.*Integer has no key/],
    ['record', /TypeError.*has no key/],
    ['new story', /ArgumentError.*has no key until it is saved/],
    ['control', /ArgumentError.*control characters/],
    ['empty', /ArgumentError.*empty/],
    ['long', /ArgumentError.*longer than 1024/],
    ['pairs', /ArgumentError.*longer than 1024/],
    ['bytes', /ArgumentError.*Unicode/],
    ['nested', /ArgumentError.*nested/],
  ])('that cannot be one are refused: %s', async (kind, message) => {
    const refused = rails.call('registerOdd', { kind })
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.not.toThrow('hush')
  })

  it('may be texts, records, relations, and lists of these', async () => {
    await save({ id: 1 })
    await save({ id: 2 })
    expect(await rails.call('keysOf', { name: 'relation' })).toEqual(expect.arrayContaining([story, other]))
    expect(await rails.call('keysOf', { name: 'carrier' })).toEqual(['film:1', 'a', 'b'])
  })

  it('are expired all or none', async () => {
    await keep('"a"', { dependencies: [story] })
    await expect(rails.call('expireObj', { obj: [story, 5] })).rejects.toThrow('TypeError')
    expect(await storedOf(store, ['"a"'])).toEqual(['"a"'])
  })
})

describe('keys of fragments', () => {
  it('are different whenever name, version or vary are', async () => {
    const sources = [
      '["a", "", nil]',
      '["a", "", []]',
      '["a", "", [nil]]',
      '["a", "", [[]]]',
      '["a", "", {}]',
      '["a", "", [{}]]',
      '["a", "b", nil]',
      '["ab", "", nil]',
      '["a\\",\\"b", "", nil]',
      '["a", "", [1]]',
      '["a", "", ["1"]]',
      '["a", "", [1.0]]',
      '["a", "", [BigDecimal("1")]]',
      '["a", "", [:"1"]]',
      '["a", "", [11]]',
      '["a", "", [1, 1]]',
      '["a", "", [[1], 1]]',
      '["a", "", [1, [1]]]',
      '["a", "", [[1, 1]]]',
      '["a", "", [true]]',
      '["a", "", ["true"]]',
      '["a", "", ["nil"]]',
      '["a", "", [""]]',
      '["a", "", ["", ""]]',
      '["a", "", ["a,b"]]',
      '["a", "", ["a", "b"]]',
      '["a", "", ["\\""]]',
      '["a", "", ["\\\\"]]',
      '["a", "", { "x" => 1 }]',
      '["a", "", { x: 1 }]',
      '["a", "", [["x", 1]]]',
      '["a", "", { "x" => "1" }]',
      '["a", "", { x: { y: 1 } }]',
      '["a", "", { x: 1, y: 1 }]',
      '["a", "", [Date.new(2026, 1, 1)]]',
      '["a", "", [Time.utc(2026, 1, 1)]]',
      '["a", "", [Time.utc(2026, 1, 1, 0, 0, 0.5r)]]',
      '["a", "", ["2026-01-01"]]',
      '["a", "", ["é"]]',
      '["a", "", ["e\u0301"]]',
      '["a", "", ["x" * 400]]',
      '["a", "", ["x" * 401]]',
      '["a", "", ["x" * 400, 1]]',
      '["b", "", ["x" * 400]]',
    ]
    const found = await rails.call<string[]>('fragmentKeys', { sources })
    expect(new Set(found).size).toBe(sources.length)
    expect(Math.max(...found.map((key) => key.length))).toBeLessThanOrEqual(300)
  })

  it("do not depend on the order of a Hash, on a time's zone, or on how a text is marked", async () => {
    const found = await rails.call<string[]>('fragmentKeys', {
      sources: [
        '["a", "", [{ x: 1, "y" => 2 }, Time.utc(2026, 1, 1), "e"]]',
        '["a", "", [{ "y" => 2, x: 1 }, Time.new(2026, 1, 1, 1, 0, 0, "+01:00"), "e".html_safe]]',
      ],
    })
    expect(new Set(found).size).toBe(1)
  })

  it.each([
    ['["a", "", [Object.new]]', 'Object'],
    ['["a", "", [0.0 / 0]]', 'not finite'],
    ['["a", "", ["\\xff"]]', 'UTF-8'],
    ['["a", "", [-> {}]]', 'Proc'],
    ['["a", "", [].tap { |list| list << list }]', 'nested'],
  ])('are refused for %s', async (source, message) => {
    await expect(rails.call('fragmentKeys', { sources: [source] })).rejects.toThrow(message)
  })

  it.each([
    { name: '', vary: null },
    { name: 'x'.repeat(201), vary: null },
    { name: 5, vary: null },
    { name: 'a', vary: 'national' },
  ])('are refused in the view for %o', async (assigns) => {
    await expect(render('odd', assigns)).rejects.toThrow('content_cache')
  })
})

describe('Rails.cache on our store', () => {
  const own = { store: 'own' }

  it('does what Rails.cache does', async () => {
    expect(await rails.call('cacheWrite', { ...own, key: 'plain', value: { a: [1, null] } })).toBe(true)
    expect(await rails.call('cacheRead', { ...own, key: 'plain' })).toEqual({ a: [1, null] })
    await rails.call('cacheWrite', { ...own, key: 'text', value: '{"a":1}', raw: true })
    expect(await rails.call('cacheRead', { ...own, key: 'text', raw: true })).toBe('{"a":1}')
    expect(await rails.call('cacheDelete', { ...own, key: 'plain' })).toBe(true)
    expect(await rails.call('cacheRead', { ...own, key: 'plain' })).toBeNull()
  })

  it('keeps values with objects until one of these is expired, as JSON', async () => {
    const value = { headline: 'Rain', figures: [1, 2.5, true, null, 'é'] }
    await rails.call('cacheWrite', { ...own, key: 'teaser', value, objects: [story, other], expires_in: 60 })
    expect(await server.client.get('cc:cache:teaser')).toBe(JSON.stringify(value))
    expect(await server.client.pttl('cc:cache:teaser')).toBeLessThanOrEqual(60_000)
    expect(await rails.call('cacheRead', { ...own, key: 'teaser' })).toEqual(value)
    expect(await store.expire([other])).toBe(1)
    expect(await rails.call('cacheRead', { ...own, key: 'teaser' })).toBeNull()
    expect(await keys('*obj:*')).toEqual([])
  })

  it('gives back texts as they were, even those that look like JSON', async () => {
    for (const value of ['[1]', '5', 'null', '']) {
      await rails.call('cacheWrite', { ...own, key: 'text', value, objects: [story] })
      expect(await rails.call('cacheRead', { ...own, key: 'text' })).toBe(value)
      await rails.call('cacheWrite', { ...own, key: 'raw', value, objects: [story], raw: true })
      expect(await rails.call('cacheRead', { ...own, key: 'raw', raw: true })).toBe(value)
      expect(await server.client.get('cc:cache:raw')).toBe(value)
    }
  })

  it('never lets a text with objects pass for what Rails loads', async () => {
    const write = rails.call('cacheWrite', {
      ...own,
      key: 'm',
      value: '\u0004\bo:',
      objects: [story],
      raw: true,
    })
    await expect(write).rejects.toThrow('ArgumentError')
    await rails.call('cacheWrite', { ...own, key: 'm', value: '\u0004\bo:', objects: [story] })
    expect(await rails.call('cacheRead', { ...own, key: 'm' })).toBe('\u0004\bo:')
  })

  it('refuses a value that was computed before an expiry', async () => {
    const fetched = rails.call('cacheFetch', { key: 'sum', value: { sum: 1 }, objects: [story], hold: true })
    const release = await heldAt('fetch')
    await store.expire([story])
    await release()
    expect(await fetched).toEqual({ sum: 1 })
    expect(await keys('cc:cache:*')).toEqual([])
    expect(await rails.call('cacheFetch', { key: 'sum', value: { sum: 2 }, objects: [story] })).toEqual({
      sum: 2,
    })
    expect(await rails.call('cacheFetch', { key: 'sum', value: { sum: 3 }, objects: [story] })).toEqual({
      sum: 2,
    })
  })

  it('does the same for several values at once', async () => {
    await rails.call('cacheWriteMulti', { values: { a: 1, b: [2] }, objects: [story] })
    expect(await server.client.mget('cc:cache:a', 'cc:cache:b')).toEqual(['1', '[2]'])
    expect(await store.expire([story])).toBe(2)
    const fetched = rails.call('cacheFetchMulti', { keys: ['a', 'b'], objects: [story], hold: true })
    const release = await heldAt('fetch')
    await store.expire([story])
    await release()
    expect(await fetched).toEqual({ a: 'value of a', b: 'value of b' })
    expect(await keys('cc:cache:*')).toEqual([])
    await rails.call('cacheFetchMulti', { keys: ['a', 'b'], objects: [story] })
    expect(await store.expire([story])).toBe(2)
  })

  it('makes the fragment around a value depend on what it shows', async () => {
    expect(await render('cached_value', { sum: 4, stamp: 'a' })).toContain('a 4')
    expect(await render('cached_value', { sum: 5, stamp: 'b' })).toContain('a 4')
    await rails.call('expireObj', { obj: 'figures:1' })
    expect(await render('cached_value', { sum: 5, stamp: 'c' })).toContain('c 5')
  })

  it('clears nothing but its own keys, and takes them out of the index', async () => {
    await rails.call('cacheWrite', { ...own, key: 'plain', value: 1 })
    await rails.call('cacheWrite', { ...own, key: 'teaser', value: 1, objects: [story] })
    await server.client.set('cc:cached', 'of somebody else')
    await keep('"front"', { dependencies: [story] })
    await rails.call('cacheClear')
    expect(await keys('cc:cache:*')).toEqual([])
    expect(await server.client.smembers(`obj:${story}`)).toEqual(['cc:frag:"front"'])
    expect(await server.client.get('cc:cached')).toBe('of somebody else')
    expect(await storedOf(store, ['"front"'])).toEqual(['"front"'])
  })
})

describe("ActiveSupport's own store on the same Redis", () => {
  it.each([true, false])('has its value gone when it is listed under an object (raw: %s)', async (raw) => {
    await rails.call('cacheWrite', { key: 'sidebar', value: '<p>hello</p>', raw })
    await server.client.sadd(`obj:${story}`, 'sidebar')
    expect(await rails.call('cacheRead', { key: 'sidebar', raw })).toBe('<p>hello</p>')
    await tokenFrom(store)
    expect(await store.expire([story])).toBe(1)
    expect(await rails.call('cacheRead', { key: 'sidebar', raw })).toBeNull()
  })
})

describe('the Rails store of 2012', () => {
  const seed = { store: 'seed' }

  it('takes our fragments, of React and of Rails, when it expires an object', async () => {
    await keep('"front"', { dependencies: [story, other] })
    await keep('"side"', { dependencies: [other] })
    await front([1, 2])
    await rails.call('expireObj', { ...seed, obj: story })
    expect(await storedOf(store, ['"front"', '"side"'])).toEqual(['"side"'])
    expect(await fragments()).toEqual(['teaser'])
    // What it has left behind is cleaned up by what follows.
    await store.expire([story, other])
    expect(await keys('*obj:*')).toEqual([])
  })

  it.each(['expire', 'refresh'] as const)('has its caches gone with our %s', async (how) => {
    await rails.call('cacheWrite', {
      ...seed,
      key: 'views/front',
      value: '<p>2012</p>',
      objects: [story, other],
    })
    await rails.call('cacheWrite', { ...seed, key: 'views/side', value: '<p>2012</p>', objects: [other] })
    expect(await rails.call('cacheRead', { ...seed, key: 'views/front' })).toBe('<p>2012</p>')
    await tokenFrom(store)
    expect(await store[how]([story])).toBe(1)
    expect(await rails.call('cacheRead', { ...seed, key: 'views/front' })).toBeNull()
    expect(await rails.call('cacheRead', { ...seed, key: 'views/side' })).toBe('<p>2012</p>')
    expect(await keys('sobj:*')).toEqual(['sobj:views/side'])
  })

  it('has its caches gone when a model of ours is saved', async () => {
    await rails.call('cacheWrite', { ...seed, key: 'views/front', value: 'old', objects: [story] })
    await save({ headline: 'Sun' })
    expect(await rails.call('cacheRead', { ...seed, key: 'views/front' })).toBeNull()
  })

  it('enters what it writes again under other objects only there', async () => {
    await rails.call('cacheWrite', { ...seed, key: 'views/front', value: '1', objects: [story] })
    await rails.call('cacheWrite', { ...seed, key: 'views/front', value: '2', objects: [other] })
    await tokenFrom(store)
    expect(await store.expire([story])).toBe(0)
    expect(await store.expire([other])).toBe(1)
  })
})

describe('publishing', () => {
  it('carries further fields', async () => {
    const fields = { section: 'sport', tags: ['é', { n: 1 }], type: 'news' }
    await rails.call('publish', { obj: story, action: 'publish', status: 'live', fields })
    expect(await messages()).toEqual([
      { v: 1, key: story, action: 'publish', status: 'live', at: expect.any(String), ...fields },
    ])
  })

  it.each([
    [{ action: 'remove' }, 'action must be one of'],
    [{ action: 'save', fields: { stream: '1' } }, 'stream is written by the cache'],
    [{ action: 'save', fields: { key: 'x' } }, 'key'],
    [{ action: 'save', fields: { at: 'x' } }, 'at is written'],
    [{ action: 'save', fields: { text: 'x'.repeat(65_536) } }, 'bytes'],
    [{ action: 'save', status: 5 }, 'status must be'],
  ])('refuses %o', async (message, error) => {
    await expect(rails.call('publish', { obj: story, ...message })).rejects.toThrow(error)
    expect(await messages()).toEqual([])
  })
})

describe('a process', () => {
  it('that is forked has a line to Redis of its own, and leaves that of its parent alone', async () => {
    await front([1], { stamp: 's0' })
    expect(await rails.call('forked', { key: 'x' })).toEqual({ child: true, parent: true })
    expect(stampsIn(await front([1], { stamp: 's1' }))).toEqual(['s0', 's0'])
  })

  it('that reads a value twice in a request has not kept it over an expiry', async () => {
    await rails.call('cacheWrite', { store: 'own', key: 'figures', value: 'old', objects: ['figures:1'] })
    const rendered = render('read_twice')
    const release = await heldAt('read')
    await store.expire(['figures:1'])
    await release()
    expect((await rendered).trim()).toBe('old,none')
  })
})

describe('a key of another type', () => {
  it('in the place of a set keeps a fragment from being stored, and the page goes on', async () => {
    await server.client.set(`obj:${story}`, 'no set')
    expect(await front([1])).toContain('outer=')
    expect(await fragments()).toEqual([])
    await rails.call('expireObj', { obj: other })
  })

  it('in the place of a fragment is as if there were no cache', async () => {
    await front([], { stamp: 's0' })
    const [key = ''] = await keys('cc:rails:*')
    await server.client.del(key)
    await server.client.rpush(key, 'no text')
    expect(await front([], { stamp: 's1' })).toContain('s1')
  })
})

describe('settings', () => {
  it.each([
    [{ url: 'redis//:hunter2@localhost' }, 'url must look like'],
    [{ url: 'redis://:hunt er2@localhost' }, 'url must look like'],
    [{ namespace: '' }, 'namespace must be'],
    [{ object_prefix: 'x:', reverse_prefix: 'x:y:' }, 'neither begins with the other'],
    [{ object_prefix: 'cc:' }, 'must keep apart'],
    [{ namespace: 'obj' }, 'must keep apart'],
    [{ timeout: 0 }, 'timeout must be'],
    [{ timeout: '1' }, 'timeout must be'],
    [{ retention: -1 }, 'retention must be'],
  ])('%o are refused, and those before go on', async (fields, message) => {
    const refused = rails.call('configure', { fields })
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.not.toThrow('hunt')
    await front([1])
    expect(await fragments()).toEqual(['front', 'teaser'])
  })

  it('of a store may be its own', async () => {
    const options = { url: server.url, namespace: 'own' }
    const [value, shown] = await rails.call<string[]>('storeWith', { options, key: 'a', value: 'b' })
    expect(value).toBe('b')
    expect(shown).not.toContain(String(server.port))
    expect(await server.client.get('own:a')).toBe('"b"')
  })

  it.each([
    [{ url: 'redis://:hunt er2@localhost' }, 'url must look like'],
    [{ pool_size: 3 }, 'pool_size'],
    [{ namespace: 'obj' }, 'namespace'],
    [{ namespace: 'cc:frag' }, 'namespace'],
    [{ namespace: 'cc' }, 'namespace'],
  ])('of a store are refused: %o', async (options, message) => {
    const refused = rails.call('storeWith', { options, key: 'a', value: 'b' })
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.not.toThrow('hunt')
  })

  it('are shown without the address', async () => {
    const shown = await rails.call<string>('shown')
    expect(shown).toContain('cc')
    expect(shown).not.toContain(String(server.port))
  })
})

describe('with a Redis that does not answer', () => {
  it('a page waits for a few timeouts, however many fragments it has', async () => {
    const slow = await startRedis()
    const patient = await startRails({ redisUrl: slow.url, namespace: 'cc', timeout: 0.5 })
    try {
      slow.suspend()
      const began = performance.now()
      const assigns = { ids: Array.from({ length: 30 }, (_, id) => id), edition: '', stamp: 's1' }
      const html = await patient.call<string>('renderTemplate', { name: 'front', assigns })
      expect(stampsIn(html).length).toBe(31)
      // Of 31 timeouts of half a second, three are waited for, and one each second.
      expect(performance.now() - began).toBeLessThan(10_000)
    } finally {
      slow.resume()
      await patient.stop()
      await slow.stop()
    }
  })
})

describe('without Redis', () => {
  let alone: RedisServer
  let lonely: RailsProject
  beforeAll(async () => {
    alone = await startRedis()
    lonely = await startRails({ redisUrl: alone.url, namespace: 'cc', timeout: 0.25 })
    await lonely.call('saveStory', { id: 1, headline: 'Rain' })
    await alone.kill()
  })
  afterAll(async () => {
    await lonely?.stop()
    await alone?.stop()
  })

  it('views render, uncached', async () => {
    const assigns = { ids: [1, 2], edition: 'morning' }
    for (const stamp of ['s1', 's2']) {
      const html = await lonely.call<string>('renderTemplate', {
        name: 'front',
        assigns: { ...assigns, stamp },
      })
      expect(stampsIn(html)).toEqual([stamp, stamp, stamp])
    }
  })

  it('expiring, refreshing and publishing raise, and name what they could not do', async () => {
    await expect(lonely.call('expireObj', { obj: story })).rejects.toThrow(
      /DeliveryError: Expiring news\/story:1 failed: Redis does not answer.*tried 5 times/,
    )
    await expect(lonely.call('refreshObj', { obj: story })).rejects.toThrow('DeliveryError')
    await expect(lonely.call('publish', { obj: story, action: 'save' })).rejects.toThrow('DeliveryError')
  })

  it('a save raises when the row is saved', async () => {
    await expect(lonely.call('saveStory', { id: 1, headline: 'Sun' })).rejects.toThrow(
      /DeliveryError.*news\/story:1/,
    )
    expect(await lonely.call('headline', { id: 1 })).toBe('Sun')
  })

  it('objects that cannot be one are refused all the same', async () => {
    await expect(lonely.call('expireObj', { obj: 5 })).rejects.toThrow('TypeError')
  })
})
