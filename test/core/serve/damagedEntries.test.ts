import { describe, expect, it } from 'vitest'
import { ENTRY_FORMAT, type Entry } from '../../../lib/core/fragmentStore.ts'
import { commitEntry } from '../../support/commitEntry.ts'
import { createSite, register } from '../../support/fakeSite.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'

const damaged: [string, Partial<Entry>][] = [
  ['of an older format', { format: 0 }],
  ['of a newer format', { format: ENTRY_FORMAT + 1 }],
  ['that is empty', { payload: new Uint8Array() }],
  ['that cannot be decoded', { payload: Uint8Array.of(0xff, 0xfe, 0xfd) }],
  ['with times of another kind', { discardAt: 'soon' as unknown as number }],
]

describe.each(damaged)('rule 20: an entry %s', (_, fields) => {
  it('an unreadable entry is a miss and is replaced', async () => {
    const site = createSite()
    await commitEntry(site.store, '"story"@"1"', { ...fields, dependencies: ['old'] })
    const show = (page = site.request()) =>
      page.serve('story', function* () {
        register('story:1')
        yield 'new'
      })
    const miss = await show()
    expect(miss.value).toBe('new')
    expect(await miss.report).toMatchObject({ outcome: 'miss', stored: true })
    expect(site.events[0]).toMatchObject({ type: 'miss', reason: 'unreadable' })
    expect(await (await show()).report).toMatchObject({ outcome: 'hit' })
    expect(await site.store.getDependents('old')).toEqual([])
  })

  it('an unreadable entry is a miss in a parent', async () => {
    const site = createSite()
    await commitEntry(site.store, '"story"@"1"', fields)
    const page = site.request()
    const html = await page.fragment('parent', async function* () {
      yield page.fragment('story', () => ['new'])
    })
    expect(html).toBe('new')
    await page.reports()
    expect(await site.stored('parent')).toBeDefined()
  })
})

describe('an entry that another process has just stored (rule 20)', () => {
  it('an entry of another process that cannot be decoded is rendered here', async () => {
    const here = createSite({ isLocal: false })
    const [{ token } = {}] = await here.store.lookup([{ key: '', ageMs: 0, shared: true }])
    if (!token) throw new Error('no token')
    const lease = await here.store.lease('"story"@"1"', { requiredToken: token, wasMiss: false }, 10_000)
    const page = here.request()
    const serving = page.serve('parent', async function* () {
      yield page.fragment('story', function* () {
        register('story:1')
        yield 'local'
      })
    })
    await flushEventLoop()
    await commitEntry(here.store, '"story"@"1"', { payload: Uint8Array.of(0xff), dependencies: ['remote'] })
    await here.store.release([{ key: '"story"@"1"', lease: lease as string }])
    const { value, report } = await serving
    expect(value).toBe('local')
    expect(await report).toMatchObject({ stored: true, dependencies: ['story:1'] })
    expect(await (await here.request().serve('story', () => ['not rendered'])).report).toMatchObject({
      outcome: 'hit',
    })
  })
})
