import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createSite } from '../../support/fakeSite.ts'
import { createNewsroom, isHit, storeErrors } from '../../support/newsroom.ts'
import { propertySeed } from '../../support/propertySeed.ts'
import { type RedisSite, realClock, redisForFile } from '../../support/redisStores.ts'
import { startProxy, type TcpProxy } from '../../support/tcpProxy.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 60_000, interval: 20 }
/** Much longer than a page takes even on a busy machine. A page that takes longer hangs. */
const HANGING_MS = 60_000

let proxy: TcpProxy
let site: RedisSite
const unhandled: unknown[] = []
const recordRejection = (error: unknown) => void unhandled.push(error)
beforeEach(async () => {
  proxy = await startProxy(redis.server.port)
  site = redis.site()
  process.on('unhandledRejection', recordRejection)
})
afterEach(async () => {
  process.off('unhandledRejection', recordRejection)
  await site.close()
  await proxy.close()
})

interface Trouble {
  readonly name: string
  begin(): void
}

const kinds: fc.Arbitrary<Trouble>[] = [
  fc.integer({ min: 1, max: 60 }).map((milliseconds) => ({
    name: `delay of ${milliseconds} ms`,
    begin: () => proxy.delay(milliseconds),
  })),
  fc.constant({ name: 'hold', begin: () => proxy.hold() }),
  fc.constant({ name: 'hold of replies', begin: () => proxy.hold('replies') }),
  fc.constant({ name: 'cut', begin: () => proxy.cut() }),
  fc.constantFrom('xread', 'tracking', 'evalsha').map((command) => ({
    name: `cut of connections that sent ${command}`,
    begin: () => proxy.cut((link) => link.hasSent(command)),
  })),
  fc.constant({ name: 'swallow', begin: () => proxy.swallow() }),
  fc.integer({ min: 1, max: 8_000 }).map((bytes) => ({
    name: `cut after ${bytes} bytes`,
    begin: () => proxy.cutAfter(bytes),
  })),
  fc.constant({ name: 'refusal', begin: () => proxy.refuse(true) }),
]
const schedules = fc.array(
  fc.record({ trouble: fc.oneof(...kinds), duration: fc.nat(80), pause: fc.nat(60) }),
  {
    minLength: 8,
    maxLength: 12,
  },
)
function endTroubles() {
  proxy.release()
  proxy.cutAfter(undefined)
  proxy.refuse(false)
}

it('pages stay correct, and no call hangs, whatever the network does', async () => {
  const newsroom = createNewsroom()
  // Short timeouts, so that much happens in little time.
  const options = { timeout: 100, consistency: 'strict' } as const
  const here = createSite({ clock: realClock, store: site.open(options, proxy.port), leaseWait: 200 })
  const there = createSite({ clock: realClock, store: site.open({ local: false }) })
  let isOver = false
  const expectToEnd = async (task: Promise<unknown>) => {
    expect(await Promise.race([task.then(() => 'done'), setTimeout(HANGING_MS, 'hanging')])).toBe('done')
  }
  const load = Promise.all([
    ...[1, 2, 3].map(async () => {
      while (!isOver) await expectToEnd(newsroom.visit(here))
    }),
    ...[here, there].map(async (editor) => {
      for (let id = 0; !isOver; id++) {
        await expectToEnd(
          newsroom.publish(editor, id % 5).catch((error) => {
            expect(error).toMatchObject({ code: 'CC_EXPIRE_FAILED' })
          }),
        )
        // The pause between two edits.
        await setTimeout(10)
      }
    }),
  ])
  const schedule = fc.sample(schedules, { numRuns: 8, seed: propertySeed }).flat()
  let current = 'no trouble'
  const makeTrouble = async () => {
    for (const [index, { trouble, duration, pause }] of schedule.entries()) {
      current = `trouble ${index + 1} of ${schedule.length}, ${trouble.name} for ${duration} ms`
      trouble.begin()
      await setTimeout(duration)
      endTroubles()
      await setTimeout(pause)
    }
  }
  try {
    // The load ends first only when it fails.
    await Promise.race([makeTrouble(), load])
    isOver = true
    await load
  } catch (cause) {
    isOver = true
    throw new Error(`Failed at ${current}. PROPERTY_SEED=${propertySeed} repeats the troubles.`, { cause })
  }
  for (const code of storeErrors(here)) expect(code).toMatch(/^CC_/)
  await vi.waitFor(() => newsroom.publish(here, 0), WAIT)
  await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
  await newsroom.publish(there, 0)
  await newsroom.visit(here)
  expect(unhandled).toEqual([])
})
