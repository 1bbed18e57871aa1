import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Hub } from '../../app/api/live/hub.ts'
import { type RedisServer, startRedis } from '../support/redisServer.ts'

const MAX_KEPT_EVENTS = 300

let server: RedisServer
let hub: Hub
beforeAll(async () => {
  server = await startRedis()
  vi.stubEnv('CONTENT_CACHE_REDIS_URL', server.url)
  const { getLiveHub } = await import('../../app/api/live/hub.ts')
  hub = getLiveHub()
  expect(getLiveHub()).toBe(hub)
  await vi.waitFor(async () =>
    expect(await server.client.pubsub('NUMSUB', 'demo:live')).toEqual(['demo:live', 1]),
  )
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await server.stop()
})

function listen(after: string | null = null) {
  let text = ''
  const leave = hub.join((frame) => {
    text += frame
  }, after)
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, match = '']) => match)
  return {
    leave,
    text: () => text,
    ids: () => all(/^id: (.+)$/gm),
    routes: () => all(/"route":"([^"]*)"/g),
    begun: () => all(/^event: begin\ndata: (.+)$/gm).map((data) => JSON.parse(data)),
  }
}

const rebuilt = (route: string) => JSON.stringify({ type: 'rebuilt', at: 1, route, durationMs: 2 })

it('the hub sends all listeners the same, and a returning one the missed events', async () => {
  const [one, other] = [listen(), listen()]
  await server.client.publish('demo:live', rebuilt('/a'))
  await server.client.publish('demo:live', 'no event\n\ndata: mine')
  await server.client.publish('demo:live', rebuilt('/b\n\ndata: mine'))
  await expect.poll(one.routes).toEqual(['/a', '/b\\n\\ndata: mine'])
  expect(other.text()).toBe(one.text())
  expect(one.begun()).toHaveLength(1)
  one.leave?.()
  other.leave?.()
  const returned = listen(one.ids()[0])
  expect(returned.ids()).toEqual([one.ids()[1]])
  expect(returned.begun()).toEqual([])
  returned.leave?.()
  const stranger = listen('another-1')
  expect(stranger.ids()).toEqual(one.ids())
  stranger.leave?.()
})

it('the hub drops the oldest events, but keeps their counts', async () => {
  const first = listen()
  const before = first.routes().length
  const pipeline = server.client.pipeline()
  for (let n = 0; n < MAX_KEPT_EVENTS + 7; n++) pipeline.publish('demo:live', rebuilt(`/${n}`))
  await pipeline.exec()
  await expect.poll(() => first.routes().length).toBe(before + MAX_KEPT_EVENTS + 7)
  first.leave?.()
  const late = listen()
  expect(late.routes()).toHaveLength(MAX_KEPT_EVENTS)
  expect(late.routes().at(-1)).toBe(`/${MAX_KEPT_EVENTS + 6}`)
  expect(late.begun()).toEqual([{ edits: 0, refreshed: 0, expired: 0, rebuilt: before + 7, failed: 0 }])
  late.leave?.()
  // The next events were dropped, so the hub starts from the beginning instead of leaving a gap.
  const returned = listen(first.ids()[0])
  expect(returned.begun()).toEqual(late.begun())
  expect(returned.routes()).toHaveLength(MAX_KEPT_EVENTS)
  returned.leave?.()
})

it('the hub refuses a listener above the limit, until another leaves', () => {
  const listeners = Array.from({ length: 51 }, () => listen())
  expect(listeners.map(({ leave }) => leave !== undefined)).toEqual([...Array(50).fill(true), false])
  for (const { leave } of listeners) leave?.()
  const next = listen()
  expect(next.leave).toBeDefined()
  next.leave?.()
})

it('the hub reports a lost connection to Redis', async () => {
  const listener = listen()
  expect(listener.text()).toContain('event: link\ndata: up')
  await server.kill()
  await expect.poll(listener.text).toContain('event: link\ndata: down')
  listener.leave?.()
})
