import { describe, expect, it } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import { createSite, type FakeSite, type FragmentOptions } from '../../support/fakeSite.ts'

/** Serves a fragment whose output is complete when the gate opens. The test reads each piece. */
async function servePieces(site: FakeSite, gate: Promise<void>) {
  let reader!: ReadableStreamDefaultReader<Uint8Array>
  const decode: FragmentOptions['decode'] = async (body) => {
    reader = (body as ReadableStream<Uint8Array>).getReader()
    return ''
  }
  const { report } = await site.request().serve(
    'section',
    async function* () {
      yield 'first'
      await gate
      yield 'last'
    },
    { decode },
  )
  const read = async () => new TextDecoder().decode((await reader.read()).value)
  return { read, report }
}

describe('a miss (rule 18)', () => {
  it('a miss delivers its first bytes before the render ends', async () => {
    const site = createSite()
    const gate = createDeferred<void>()
    const { read, report } = await servePieces(site, gate.promise)
    expect(await read()).toBe('first')
    expect(await site.stored('section')).toBeUndefined()
    gate.resolve()
    expect(await read()).toBe('last')
    expect(await report).toMatchObject({ stored: true })
  })

  it('a miss delivers its first bytes to requests that join', async () => {
    const site = createSite()
    const gate = createDeferred<void>()
    const first = await servePieces(site, gate.promise)
    expect(await first.read()).toBe('first')
    const joined = await servePieces(site, gate.promise)
    expect(await joined.read()).toBe('first')
    gate.resolve()
    expect(await joined.read()).toBe('last')
    expect(await first.read()).toBe('last')
  })

  it('a miss that cannot be stored is streamed', async () => {
    const site = createSite()
    site.store.lookup = () => Promise.reject(new Error('connection lost'))
    const gate = createDeferred<void>()
    const { read } = await servePieces(site, gate.promise)
    expect(await read()).toBe('first')
    gate.resolve()
  })
})
