import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createSite, type FakeSite } from '../../support/fakeSite.ts'
import { createNewsroom, isHit, type Newsroom, storeErrors } from '../../support/newsroom.ts'
import { type RedisSite, realClock, redisForFile } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }

let site: RedisSite
let here: FakeSite
let newsroom: Newsroom
beforeEach(() => {
  site = redis.site({ local: false })
  here = createSite({ clock: realClock, store: site.open() })
  newsroom = createNewsroom()
})
afterEach(() => site.close())

const flush = () => redis.client.script('FLUSH')
async function countCalls(command: 'eval' | 'evalsha') {
  const stats = await redis.client.info('commandstats')
  const of = (name: string) =>
    Number(new RegExp(`cmdstat_${command}:.*\\b${name}=(\\d+)`).exec(stats)?.[1] ?? 0)
  return { all: of('calls'), failed: of('failed_calls') }
}
async function runEveryScript() {
  await newsroom.visit(here)
  await newsroom.publish(here, 1)
  await here.refresh('story:2')
  await newsroom.visit(here)
  await here.store.clear()
}

it('a server that lost its scripts gets them again, and no call fails', async () => {
  for (let flushes = 0; flushes < 5; flushes++) {
    await flush()
    await runEveryScript()
  }
  expect(storeErrors(here)).toEqual([])
})

it('a script is sent in full only when the server does not know it', async () => {
  await flush()
  await redis.client.config('RESETSTAT')
  await runEveryScript()
  const evalCalls = await countCalls('eval')
  expect(evalCalls.all).toBeGreaterThan(3)
  // Each EVAL follows an EVALSHA that failed because the server did not know the script.
  expect((await countCalls('evalsha')).failed).toBe(evalCalls.all)
  for (let turns = 0; turns < 5; turns++) await runEveryScript()
  expect(await countCalls('eval')).toEqual(evalCalls)
  expect((await countCalls('evalsha')).failed).toBe(evalCalls.all)
})

it('a server that loses its scripts under load loses no expiry and no page', async () => {
  let isOver = false
  const load = Promise.all([
    ...[1, 2].map(async () => {
      while (!isOver) await newsroom.visit(here)
    }),
    (async () => {
      for (let id = 0; !isOver; id++) {
        await newsroom.publish(here, id % 5)
        // The pause between two edits.
        await setTimeout(10)
      }
    })(),
  ])
  for (let flushes = 0; flushes < 100; flushes++) {
    await flush()
    // Lets some calls run between two losses.
    await setTimeout(5)
  }
  isOver = true
  await load
  expect(storeErrors(here)).toEqual([])
  await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
})
