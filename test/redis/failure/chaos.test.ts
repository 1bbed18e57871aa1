import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createSite } from '../../support/fakeSite.ts'
import { createNewsroom, isHit, storeErrors } from '../../support/newsroom.ts'
import { propertySeed } from '../../support/propertySeed.ts'
import { type RedisSite, realClock, redisForFile } from '../../support/redisStores.ts'
import { startProxy, type TcpProxy } from '../../support/tcpProxy.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 60_000, interval: 20 }
/** Far more than a page should ever take, on however busy a machine: this tells slow from hanging. */
const HANGING = 20_000

let proxy: TcpProxy
let site: RedisSite
const unhandled: unknown[] = []
const note = (error: unknown) => void unhandled.push(error)
beforeEach(async () => {
  proxy = await startProxy(redis.server.port)
  site = redis.site()
  process.on('unhandledRejection', note)
})
afterEach(async () => {
  process.off('unhandledRejection', note)
  await site.close()
  await proxy.close()
})

interface Way {
  readonly name: string
  begin(): void
}

const ways: fc.Arbitrary<Way>[] = [
  fc.integer({ min: 1, max: 60 }).map((milliseconds) => ({
    name: `delay of ${milliseconds} ms`,
    begin: () => proxy.delay(milliseconds),
  })),
  fc.constant({ name: 'hold', begin: () => proxy.hold() }),
  fc.constant({ name: 'hold of replies', begin: () => proxy.hold('replies') }),
  fc.constant({ name: 'cut', begin: () => proxy.cut() }),
  fc.constantFrom('xread', 'tracking', 'evalsha').map((said) => ({
    name: `cut of who sent ${said}`,
    begin: () => proxy.cut((link) => link.hasSent(said)),
  })),
  fc.constant({ name: 'swallow', begin: () => proxy.swallow() }),
  fc.integer({ min: 1, max: 8_000 }).map((bytes) => ({
    name: `cut after ${bytes} bytes`,
    begin: () => proxy.cutAfter(bytes),
  })),
  fc.constant({ name: 'refusal', begin: () => proxy.refuse(true) }),
]
const troubles = fc.array(fc.record({ way: fc.oneof(...ways), lasts: fc.nat(80), rest: fc.nat(60) }), {
  minLength: 8,
  maxLength: 12,
})
function mend() {
  proxy.release()
  proxy.cutAfter(undefined)
  proxy.refuse(false)
}

it('whatever the network does, pages are right and quick, and no rejection is lost', async () => {
  const newsroom = createNewsroom()
  // Short, so that much happens in little time.
  const options = { timeout: 100, consistency: 'strict' } as const
  const here = createSite({ clock: realClock, store: site.open(options, proxy.port), leaseWait: 200 })
  const there = createSite({ clock: realClock, store: site.open({ local: false }) })
  let over = false
  const inTime = async (task: Promise<unknown>) => {
    expect(await Promise.race([task.then(() => 'done'), setTimeout(HANGING, 'hanging')])).toBe('done')
  }
  const load = Promise.all([
    ...[1, 2, 3].map(async () => {
      while (!over) await inTime(newsroom.visit(here))
    }),
    ...[here, there].map(async (editor) => {
      for (let id = 0; !over; id++) {
        await inTime(
          newsroom.publish(editor, id % 5).catch((error) => {
            expect(error).toMatchObject({ code: 'CC_EXPIRE_FAILED' })
          }),
        )
        // The load of an editor.
        await setTimeout(10)
      }
    }),
  ])
  const schedule = fc.sample(troubles, { numRuns: 8, seed: propertySeed }).flat()
  let current = 'no trouble'
  const trouble = async () => {
    for (const [index, { way, lasts, rest }] of schedule.entries()) {
      current = `trouble ${index + 1} of ${schedule.length}, ${way.name} for ${lasts} ms`
      way.begin()
      await setTimeout(lasts)
      mend()
      await setTimeout(rest)
    }
  }
  try {
    // The load ends first only where it fails.
    await Promise.race([trouble(), load])
    over = true
    await load
  } catch (cause) {
    over = true
    throw new Error(`Failed at ${current}. PROPERTY_SEED=${propertySeed} repeats the troubles.`, { cause })
  }
  for (const code of storeErrors(here)) expect(code).toMatch(/^CC_/)
  await vi.waitFor(() => newsroom.publish(here, 0), WAIT)
  await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
  await newsroom.publish(there, 0)
  await newsroom.visit(here)
  expect(unhandled).toEqual([])
})
