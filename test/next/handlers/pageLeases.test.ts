import 'next/dist/server/node-environment-baseline.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEngine } from '../../../lib/core/createEngine.ts'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { createPageLeases } from '../../../lib/next/handlers/pageLeases.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'
import {
  advance,
  appPage,
  createFailingStore,
  createHandlerSite,
  createStore,
  getHtml,
  type HandlerSite,
  type NextRequestCache,
  pageContext,
  stopClock,
} from '../../support/handlerSite.ts'

beforeEach(stopClock)
afterEach(() => void vi.useRealTimers())

const requiredToken = { epoch: 'epoch', clock: 1 }
const granted = (lease: string) => ({ isGranted: true, lease }) as const

function createLeases(fault: Partial<FragmentStore> = {}) {
  const store = {
    lease: vi.fn(async (): Promise<string | undefined> => 'lease'),
    release: vi.fn(async () => {}),
    waitForRelease: vi.fn(async () => {}),
  }
  const engine = createEngine(createFailingStore({ isLocal: false, ...store, ...fault }))
  return { leases: createPageLeases(engine), ...store, limits: engine.limits }
}

describe('the leases of one process', () => {
  it('only a page that was stored before is leased with its lookup', () => {
    const { leases, limits } = createLeases()
    expect(leases.getRequestMs('page')).toBeUndefined()
    leases.noteStored('page')
    expect(leases.getRequestMs('page')).toBe(limits.leaseTime)
    expect(leases.getRequestMs('other')).toBeUndefined()
    leases.end('other', true)
    expect(leases.getRequestMs('other')).toBe(limits.leaseTime)
  })

  it('a page that is never stored is not leased, and waits for no process', async () => {
    const { leases, waitForRelease } = createLeases()
    leases.begin('page')
    expect(await leases.waitForOthers('page')).toBe(true)
    leases.noteMiss('page', undefined)
    waitForRelease.mockClear()
    for (let request = 0; request < 3; request++) {
      leases.begin('page')
      expect(leases.getRequestMs('page')).toBeUndefined()
      expect(await leases.waitForOthers('page')).toBe(false)
      leases.noteMiss('page', undefined)
    }
    expect(waitForRelease).not.toHaveBeenCalled()
  })

  it('a render without a result gives its lease back at the next read', async () => {
    const { leases, release } = createLeases()
    leases.noteStored('page')
    leases.noteMiss('page', granted('first'))
    await flushEventLoop()
    expect(release).not.toHaveBeenCalled()
    leases.begin('page')
    await flushEventLoop()
    expect(release).toHaveBeenCalledExactlyOnceWith([{ key: 'page', lease: 'first' }])
    leases.begin('page')
    await flushEventLoop()
    expect(release).toHaveBeenCalledOnce()
  })

  it.each([true, false])('a render with a result gives its lease back (stored: %s)', async (isStored) => {
    const { leases, release } = createLeases()
    leases.noteMiss('page', granted('first'))
    leases.end('page', isStored)
    await flushEventLoop()
    expect(release).toHaveBeenCalledExactlyOnceWith([{ key: 'page', lease: 'first' }])
  })

  it('a lease that another process holds is not given back', async () => {
    const { leases, release } = createLeases()
    leases.noteMiss('page', { isGranted: false })
    leases.end('page', true)
    await flushEventLoop()
    expect(release).not.toHaveBeenCalled()
  })

  it('a stale page is rendered by the process that gets the lease', async () => {
    const { leases, lease, release } = createLeases()
    expect(await leases.acquire('page', requiredToken)).toBe(true)
    expect(lease).toHaveBeenCalledExactlyOnceWith('page', { requiredToken, wasMiss: false }, 10_000)
    leases.end('page', true)
    await flushEventLoop()
    expect(release).toHaveBeenCalledExactlyOnceWith([{ key: 'page', lease: 'lease' }])
    lease.mockResolvedValue(undefined)
    expect(await leases.acquire('page', requiredToken)).toBe(false)
  })

  it('a stale page is not rendered while the store cannot lease it', async () => {
    const { leases } = createLeases({ lease: () => Promise.reject(new Error('down')) })
    expect(await leases.acquire('page', requiredToken)).toBe(false)
  })

  it('the wait for another process has a limit', async () => {
    const { leases, limits } = createLeases({ waitForRelease: () => new Promise(() => {}) })
    const done = vi.fn()
    void leases.waitForOthers('page').then(done)
    await vi.advanceTimersByTimeAsync(limits.leaseWait + limits.storeTimeout)
    expect(done).toHaveBeenCalledWith(true)
  })

  it('a store of this process alone leases nothing', async () => {
    const { leases, lease, waitForRelease } = createLeases({ isLocal: true })
    leases.noteStored('page')
    expect(leases.getRequestMs('page')).toBeUndefined()
    expect(await leases.waitForOthers('page')).toBe(false)
    expect(await leases.acquire('page', requiredToken)).toBe(true)
    expect(lease).not.toHaveBeenCalled()
    expect(waitForRelease).not.toHaveBeenCalled()
  })
})

/** Two processes on one store. */
function createProcesses() {
  const shared = createStore()
  const open = () => createHandlerSite({ store: createFailingStore({ isLocal: false }, shared) })
  return { here: open(), there: open() }
}

const context = pageContext('APP_PAGE')
const control = { revalidate: 60, expire: 3600 }
const get = (request: NextRequestCache) => request.get('/films', context)
const set = (request: NextRequestCache, html: string) =>
  request.set('/films', appPage(html, ['a']), { ...context, cacheControl: control })

async function render(site: HandlerSite, html: string) {
  const request = site.openRequest()
  await get(request)
  await set(request, html)
  advance(1_000)
}

/** Starts a read, and tells whether it is over. */
function startRead(site: HandlerSite) {
  const state = { isDone: false }
  const entry = get(site.openRequest()).finally(() => {
    state.isDone = true
  })
  return { state, entry }
}

describe('two processes', () => {
  it('one of two processes that miss an expired page renders it', async () => {
    const { here, there } = createProcesses()
    await render(here, 'old')
    await get(there.openRequest())
    await here.store.expire(['next/tag:a'])
    advance(1_000)
    const request = here.openRequest()
    expect(await get(request)).toBeNull()
    const waiting = startRead(there)
    await flushEventLoop()
    expect(waiting.state.isDone).toBe(false)
    await set(request, 'new')
    expect(getHtml(await waiting.entry)).toBe('new')
  })

  it('a process that does not know the page waits for its render as well', async () => {
    const { here, there } = createProcesses()
    await render(here, 'old')
    await here.store.expire(['next/tag:a'])
    advance(1_000)
    const request = here.openRequest()
    await get(request)
    const waiting = startRead(there)
    await flushEventLoop()
    expect(waiting.state.isDone).toBe(false)
    await set(request, 'new')
    expect(getHtml(await waiting.entry)).toBe('new')
  })

  it('a process that waits for too long renders the page itself', async () => {
    const { here, there } = createProcesses()
    await render(here, 'old')
    await get(there.openRequest())
    await here.store.expire(['next/tag:a'])
    await get(here.openRequest())
    const waiting = startRead(there)
    await flushEventLoop()
    await vi.advanceTimersByTimeAsync(there.runtime.engine.limits.leaseWait)
    expect(await waiting.entry).toBeNull()
  })

  it('a page with dynamic parts, which is never stored, makes no process wait', async () => {
    const { here, there } = createProcesses()
    for (const site of [here, there, here, there, here]) expect(await get(site.openRequest())).toBeNull()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a render that fails makes other processes wait until the next read at most', async () => {
    const { here, there } = createProcesses()
    await render(here, 'old')
    await get(there.openRequest())
    await here.store.expire(['next/tag:a'])
    await get(here.openRequest())
    const waiting = startRead(there)
    await flushEventLoop()
    expect(waiting.state.isDone).toBe(false)
    await get(here.openRequest())
    expect(await waiting.entry).toBeNull()
  })

  it('one of two processes that read a stale page renders it', async () => {
    const { here, there } = createProcesses()
    await render(here, 'old')
    advance(60_000)
    const request = here.openRequest()
    expect((await get(request))?.isStale).toBe(true)
    const other = await get(there.openRequest())
    expect(getHtml(other)).toBe('old')
    expect(other?.isStale).toBeFalsy()
    await set(request, 'new')
    expect(getHtml(await get(there.openRequest()))).toBe('new')
    advance(61_000)
    expect((await get(there.openRequest()))?.isStale).toBe(true)
  })

  it('the lease of a render that was refused is free for the next', async () => {
    const { here, there } = createProcesses()
    await render(here, 'old')
    await get(there.openRequest())
    await here.store.expire(['next/tag:a'])
    advance(1_000)
    const request = here.openRequest()
    await get(request)
    advance(1_000)
    await here.store.expire(['next/tag:a'])
    await set(request, 'refused')
    await flushEventLoop()
    const waiting = startRead(there)
    await flushEventLoop()
    expect(waiting.state.isDone).toBe(true)
    expect(await waiting.entry).toBeNull()
  })
})
