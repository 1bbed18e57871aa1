import { describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { recordMakeup } from '../../../lib/core/makeup.ts'
import { memoryStore } from '../../../lib/memory/memoryStore.ts'
import { createSite, type FakeRequest, type FakeSite, register } from '../../support/fakeSite.ts'

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const compact = async (payload: Uint8Array) => ({
  payload: new TextEncoder().encode(text(payload).replaceAll(' ', '')),
})

async function storedText(site: FakeSite): Promise<string | undefined> {
  const entry = await site.stored('section')
  return entry && text(entry.payload)
}

describe('what is stored of a fragment', () => {
  it('the stored form is made of the complete output, once for each fill', async () => {
    const site = createSite()
    const spy = vi.fn(compact)
    const page = site.request()
    const show = (request: FakeRequest = page) =>
      request.serve('section', () => ['a ', 'b ', 'c'], { compact: spy })
    await Promise.all([(await show()).report, (await show()).report])
    expect(await storedText(site)).toBe('abc')
    expect((await show(site.request())).value).toBe('abc')
    expect(spy).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['as it is', undefined],
    ['made compact', async (payload: Uint8Array) => ({ payload: payload.subarray(1) })],
  ])('the stored form keeps nothing alive but its own bytes: %s', async (_, compact) => {
    const payloads: Uint8Array[] = []
    const store = memoryStore({ name: false })
    const commit: FragmentStore['commit'] = (key, entry, token) => {
      payloads.push(entry.payload)
      return store.commit(key, entry, token)
    }
    const site = createSite({ store: { ...store, commit } })
    await (await site.request().serve('section', () => ['output'], { compact })).report
    for (const payload of payloads) expect(payload.buffer.byteLength).toBe(payload.byteLength)
    expect(payloads).toHaveLength(1)
  })

  it('the stored form is counted in its report and its event', async () => {
    const site = createSite()
    const { report } = await site.request().serve('section', () => ['a b c'], { compact })
    expect(await report).toMatchObject({ outcome: 'miss', stored: true, bytes: 3 })
    expect(site.events.at(-1)).toMatchObject({ type: 'commit', bytes: 3 })
  })

  it('an event and reports describe the stored form', async () => {
    const site = createSite()
    const makeup = { html: 2, dynamicParts: [{ name: 'Counter', count: 1 }] }
    const noted = async (payload: Uint8Array) => {
      const output = await compact(payload)
      recordMakeup(output.payload, makeup)
      return output
    }
    const show = async () =>
      (await site.request().serve('section', () => ['a b c'], { compact: noted })).report
    expect(await show()).toMatchObject({ outcome: 'miss', makeup })
    expect(site.events.at(-1)).toMatchObject({ type: 'commit', ...makeup })
    expect(await show()).toMatchObject({ outcome: 'hit', makeup })
  })

  it('an event says that nothing is HTML where nothing was compacted', async () => {
    const site = createSite()
    const { report } = await site.request().serve('section', () => ['a b c'])
    expect(await report).toMatchObject({ makeup: undefined })
    expect(site.events.at(-1)).toMatchObject({ type: 'commit', html: 0, dynamicParts: [] })
  })

  it('the output is stored unchanged where compaction fails, and an event says why', async () => {
    const site = createSite()
    const error = new Error('no HTML of this')
    const { report, value } = await site
      .request()
      .serve('section', () => ['a b c'], { compact: () => Promise.reject(error) })
    expect(value).toBe('a b c')
    expect(await report).toMatchObject({ stored: true })
    expect(await storedText(site)).toBe('a b c')
    expect(site.events).toContainEqual({
      type: 'not-compacted',
      fragment: expect.objectContaining({ name: 'section' }),
      error,
    })
  })

  it('nothing is stored where neither form renders, and each visitor gets a render', async () => {
    const site = createSite()
    const error = new Error('cannot be rendered')
    const fails = () => Promise.reject(error)
    for (const compact of [fails, undefined]) {
      for (const _ of [1, 2]) {
        const options = { compact, checkRenders: fails }
        const { report, value } = await site.request().serve('section', () => ['a b c'], options)
        expect(value).toBe('a b c')
        expect(await report).toMatchObject({ outcome: 'miss', reason: 'unrenderable', stored: false })
        expect(site.events.at(-1)).toMatchObject({ type: 'uncacheable', reason: 'unrenderable', error })
      }
    }
    expect(await storedText(site)).toBeUndefined()
  })

  it('the output is checked where it was not compacted', async () => {
    const site = createSite()
    const checkRenders = vi.fn(async () => {})
    await (await site.request().serve('section', () => ['a b'], { compact, checkRenders })).report
    expect(checkRenders).not.toHaveBeenCalled()
    await (await site.request().serve('other', () => ['a b'], { checkRenders })).report
    expect(checkRenders).toHaveBeenCalledTimes(1)
  })

  it('nothing is compacted that is not stored', async () => {
    const site = createSite()
    const spy = vi.fn(compact)
    const children = function* () {
      yield 'a '
      register('story:1')
    }
    const onCapture = (scope: { markUncacheable(reason: 'error'): void }) => scope.markUncacheable('error')
    const { report, value } = await site.request().serve('section', children, { compact: spy, onCapture })
    expect(value).toBe('a ')
    expect(await report).toMatchObject({ stored: false })
    expect(spy).not.toHaveBeenCalled()
  })
})

describe('the first visitor', () => {
  it('the first visitor gets the stored form of output that comes in one go', async () => {
    const site = createSite()
    expect((await site.request().serve('section', () => ['a b'], { compact })).value).toBe('ab')
  })

  it('the first visitor gets streamed output as it comes, not compacted', async () => {
    const site = createSite()
    const slow = createDeferred<string>()
    async function* children() {
      yield 'a '
      yield await slow.promise
    }
    const started = createDeferred<void>()
    const decode = async (body: ReadableStream<Uint8Array> | Uint8Array) => {
      const reader = (body as ReadableStream<Uint8Array>).getReader()
      let shown = text((await reader.read()).value ?? new Uint8Array())
      started.resolve()
      for (let next = await reader.read(); !next.done; next = await reader.read()) shown += text(next.value)
      return shown
    }
    const serving = site.request().serve('section', children, { compact, decode })
    await started.promise
    slow.resolve('b ')
    const { value, report } = await serving
    expect(value).toBe('a b ')
    await report
    expect(await storedText(site)).toBe('ab')
  })

  it('the first visitor gets the output as it comes where compaction takes long', async () => {
    const site = createSite()
    const never = new Promise<never>(() => {})
    const { value } = await site.request().serve('section', () => ['a b'], { compact: () => never })
    expect(value).toBe('a b')
  })

  it('a page that is stored waits for the compact form, however long that takes', async () => {
    const site = createSite()
    const slowly = async (payload: Uint8Array) => {
      // A compaction that takes longer than the turns that a visitor waits for it.
      await new Promise((resolve) => setTimeout(resolve, 20))
      return compact(payload)
    }
    const { value } = await site
      .request()
      .serve('section', () => ['a b'], { compact: slowly, storedByHost: true })
    expect(value).toBe('ab')
  })
})

describe('a fragment around', () => {
  it('a parent gets the compact form of a child that came in one go', async () => {
    const site = createSite()
    const page = site.request()
    const spy = vi.fn(compact)
    const { report } = await page.serve(
      'section',
      async function* () {
        yield await page.fragment('inner', () => ['a b'], { compact })
        yield ' c'
      },
      { compact: spy },
    )
    await report
    expect(text(spy.mock.calls[0]?.[0] ?? new Uint8Array())).toBe('ab c')
    expect(await storedText(site)).toBe('abc')
  })
})
