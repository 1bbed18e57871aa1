import { expect, it, vi } from 'vitest'
import { type CacheEvent, createEvents } from '../../lib/core/events.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { flushEventLoop } from '../support/flushEventLoop.ts'

const event: CacheEvent = { type: 'expire', objects: ['x'], expired: 1 }

it('a listener receives events until its subscription ends', () => {
  const events = createEvents(memoryStore({ name: false }))
  const listener = vi.fn()
  const end = events.on(listener)
  events.emit(event)
  end()
  events.emit(event)
  expect(listener.mock.calls).toEqual([[event]])
})

it('a listener that throws disturbs neither the emitter nor other listeners', () => {
  const events = createEvents(memoryStore({ name: false }))
  const listener = vi.fn()
  events.on(() => {
    throw new Error('listener')
  })
  events.on(listener)
  events.emit(event)
  expect(listener).toHaveBeenCalledOnce()
})

it('an async listener that rejects causes no unhandled rejection', async () => {
  const events = createEvents(memoryStore({ name: false }))
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  try {
    events.on(async () => {
      throw new Error('listener')
    })
    events.emit(event)
    await flushEventLoop()
    expect(unhandled).not.toHaveBeenCalled()
  } finally {
    process.off('unhandledRejection', unhandled)
  }
})

it('a listener may end its subscription while it receives an event', () => {
  const events = createEvents(memoryStore({ name: false }))
  const other = vi.fn()
  const end = events.on(() => end())
  events.on(other)
  events.emit(event)
  expect(other).toHaveBeenCalledOnce()
})

it('two engines on one store share listeners, also from another bundle', async () => {
  const store = memoryStore({ name: false })
  const listener = vi.fn()
  createEvents(store).on(listener)
  vi.resetModules()
  const copy = await import('../../lib/core/events.ts')
  expect(copy.createEvents).not.toBe(createEvents)
  copy.createEvents(store).emit(event)
  expect(listener).toHaveBeenCalledOnce()
})

it('a listener of one engine receives only its events, before other listeners', () => {
  const store = memoryStore({ name: false })
  const received: string[] = []
  const events = createEvents(store, () => received.push('own'))
  const other = createEvents(store, () => received.push('other'))
  events.on(() => received.push('all'))
  events.emit(event)
  other.emit(event)
  expect(received).toEqual(['own', 'all', 'other', 'all'])
})

it('a listener of one engine may fail like any other', () => {
  const listener = vi.fn()
  const events = createEvents(memoryStore({ name: false }), () => {
    throw new Error('listener')
  })
  events.on(listener)
  events.emit(event)
  expect(listener).toHaveBeenCalledOnce()
})

it('two engines on different stores have different listeners', () => {
  const listener = vi.fn()
  createEvents(memoryStore({ name: false })).on(listener)
  createEvents(memoryStore({ name: false })).emit(event)
  expect(listener).not.toHaveBeenCalled()
})
