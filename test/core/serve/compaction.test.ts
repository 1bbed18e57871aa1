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

async function readStoredText(site: FakeSite): Promise<string | undefined> {
  const entry = await site.stored('section')
  return entry && text(entry.payload)
}

describe('the stored form of a fragment', () => {
  it('the stored form is made from the complete output, once for each fill', async () => {
    const site = createSite()
    const spy = vi.fn(compact)
    const page = site.request()
    const show = (request: FakeRequest = page) =>
      request.serve('section', () => ['a ', 'b ', 'c'], { compact: spy })
    await Promise.all([(await show()).report, (await show()).report])
    expect(await readStoredText(site)).toBe('abc')
    expect((await show(site.request())).value).toBe('abc')
    expect(spy).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['not compacted', undefined],
    ['compacted', async (payload: Uint8Array) => ({ payload: payload.subarray(1) })],
  ])('the stored form keeps no other bytes alive: %s', async (_, compact) => {
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

  it('a report and an event count the bytes of the stored form', async () => {
    const site = createSite()
    const { report } = await site.request().serve('section', () => ['a b c'], { compact })
    expect(await report).toMatchObject({ outcome: 'miss', stored: true, bytes: 3 })
    expect(site.events.at(-1)).toMatchObject({ type: 'commit', bytes: 3 })
  })

  it('the makeup of the stored form is in its event and its reports', async () => {
    const site = createSite()
    const makeup = { html: 2, dynamicParts: [{ name: 'Counter', count: 1 }] }
    const compactWithMakeup = async (payload: Uint8Array) => {
      const output = await compact(payload)
      recordMakeup(output.payload, makeup)
      return output
    }
    const show = async () =>
      (await site.request().serve('section', () => ['a b c'], { compact: compactWithMakeup })).report
    expect(await show()).toMatchObject({ outcome: 'miss', makeup })
    expect(site.events.at(-1)).toMatchObject({ type: 'commit', ...makeup })
    expect(await show()).toMatchObject({ outcome: 'hit', makeup })
  })

  it('an event counts no HTML when nothing was compacted', async () => {
    const site = createSite()
    const { report } = await site.request().serve('section', () => ['a b c'])
    expect(await report).toMatchObject({ makeup: undefined })
    expect(site.events.at(-1)).toMatchObject({ type: 'commit', html: 0, dynamicParts: [] })
  })

  it('the output is stored unchanged when compaction fails, and an event has the error', async () => {
    const site = createSite()
    const error = new Error('no HTML of this')
    const { report, value } = await site
      .request()
      .serve('section', () => ['a b c'], { compact: () => Promise.reject(error) })
    expect(value).toBe('a b c')
    expect(await report).toMatchObject({ stored: true })
    expect(await readStoredText(site)).toBe('a b c')
    expect(site.events).toContainEqual({
      type: 'not-compacted',
      fragment: expect.objectContaining({ name: 'section' }),
      error,
    })
  })

  it('nothing is stored when neither form renders, and each visitor gets a render', async () => {
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
    expect(await readStoredText(site)).toBeUndefined()
  })

  it('the output is checked only if it was not compacted', async () => {
    const site = createSite()
    const checkRenders = vi.fn(async () => {})
    await (await site.request().serve('section', () => ['a b'], { compact, checkRenders })).report
    expect(checkRenders).not.toHaveBeenCalled()
    await (await site.request().serve('other', () => ['a b'], { checkRenders })).report
    expect(checkRenders).toHaveBeenCalledTimes(1)
  })

  it('output that is not stored is not compacted', async () => {
    const site = createSite()
    const spy = vi.fn(compact)
    const children = function* () {
      yield 'a '
      register('story:1')
    }
    const onScope = (scope: { markUncacheable(reason: 'error'): void }) => scope.markUncacheable('error')
    const { report, value } = await site.request().serve('section', children, { compact: spy, onScope })
    expect(value).toBe('a ')
    expect(await report).toMatchObject({ stored: false })
    expect(spy).not.toHaveBeenCalled()
  })
})

describe('the first visitor', () => {
  it('the first visitor gets the stored form of output that completes at once', async () => {
    const site = createSite()
    expect((await site.request().serve('section', () => ['a b'], { compact })).value).toBe('ab')
  })

  it('the first visitor gets streamed output without compaction', async () => {
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
    expect(await readStoredText(site)).toBe('ab')
  })

  it('the first visitor gets the output without compaction that takes long', async () => {
    const site = createSite()
    const never = new Promise<never>(() => {})
    const { value } = await site.request().serve('section', () => ['a b'], { compact: () => never })
    expect(value).toBe('a b')
  })

  it('a page that the host stores waits for a slow compaction', async () => {
    const site = createSite()
    const slowly = async (payload: Uint8Array) => {
      // Longer than the turns for which a visitor waits.
      await new Promise((resolve) => setTimeout(resolve, 20))
      return compact(payload)
    }
    const { value } = await site
      .request()
      .serve('section', () => ['a b'], { compact: slowly, storedByHost: true })
    expect(value).toBe('ab')
  })
})

describe('a parent', () => {
  it('a parent gets the compact form of a child that completes at once', async () => {
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
    expect(await readStoredText(site)).toBe('abc')
  })
})
