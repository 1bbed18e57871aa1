import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { RedisStoreOptions } from '../../lib/redis/redisStore.ts'
import { createSite, type FakeSite, register } from '../support/fakeSite.ts'
import { proxiedSite } from '../support/proxiedSite.ts'
import { realClock, redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }

const proxied = proxiedSite(redis)
beforeEach(async () => {
  // The first lookup begins an epoch, which copies in a process are of.
  await proxied.site.open({ local: false }).lookup([{ key: 'any', ageMs: 0 }])
})

const processWith = (options: RedisStoreOptions, port?: number) =>
  createSite({ clock: realClock, store: proxied.site.open(options, port) })

const names = Array.from({ length: 20 }, (_, i) => `section ${i}`)

/** A page of twenty sections, which a renderer starts in one go. */
async function show(on: FakeSite) {
  const page = on.request()
  const shown = await Promise.all(
    names.map((name) =>
      page.fragment(name, () => {
        register(name)
        return [`<${name}>`]
      }),
    ),
  )
  expect(shown).toEqual(names.map((name) => `<${name}>`))
  return (await page.reports()).map(({ outcome }) => outcome)
}

/** How often commands of each kind were sent by clients, not by scripts, while `task` ran. */
async function sentDuring(task: (soFar: readonly string[]) => Promise<unknown>): Promise<string[]> {
  const sent: string[] = []
  const probe = redis.client.duplicate()
  const monitor = await probe.monitor()
  try {
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      if (source !== 'lua') sent.push((args[0] as string).toLowerCase())
    })
    await task(sent)
    await redis.client.echo('end')
    await vi.waitFor(() => expect(sent).toContain('echo'), WAIT)
    return sent.filter((name) => name !== 'echo')
  } finally {
    monitor.disconnect()
    probe.disconnect()
  }
}

describe('round trips', () => {
  const hits = names.map(() => 'hit')

  it.each([
    ['and has just begun', ['evalsha', 'mget'], (here: FakeSite) => here.store.getDependents('connects')],
    ['and knows the time', ['mget'], show],
  ])('a page of hits takes one round trip, in a process that has no copies %s', async (_, commands, warm) => {
    await show(processWith({ local: false }))
    const here = processWith({ local: false }, proxied.proxy.port)
    await warm(here)
    proxied.proxy.hold('replies')
    const sent = await sentDuring(async (soFar) => {
      const shown = show(here)
      // All that is asked is on its way before the first answer comes.
      await vi.waitFor(() => expect(soFar).toEqual(commands), WAIT)
      proxied.proxy.release()
      expect(await shown).toEqual(hits)
    })
    expect(sent).toEqual(commands)
  })

  it('none, once there are copies in the process', async () => {
    const here = processWith({ local: { maxStalenessMs: 600_000 } })
    await show(here)
    await vi.waitFor(async () => {
      expect(await sentDuring(() => show(here))).toEqual([])
    }, WAIT)
  })

  it('one, in strict mode, however many fragments and however late they come', async () => {
    const here = processWith({ local: { maxStalenessMs: 600_000 }, consistency: 'strict' })
    await show(here)
    await vi.waitFor(async () => {
      const sent = await sentDuring(async () => {
        const scope = {}
        for (let part = 0; part < 3; part++) {
          const page = here.request()
          await Promise.all(
            names.map((name) => page.fragment(name, () => ['no hit'], { requestScope: scope })),
          )
        }
      })
      expect(sent).toEqual(['mget'])
    }, WAIT)
  })

  it('one more for siblings that miss, where an expiry that nobody told of came before', async () => {
    const here = processWith({ local: false })
    await show(here)
    const there = processWith({ local: false })
    await there.expire('section 3')
    const sent = await sentDuring(() => show(here))
    expect(sent.slice(0, 2)).toEqual(['mget', 'evalsha'])
    // Lease, commit and release of the one fragment.
    expect(sent).toHaveLength(2 + 3)
  })

  it('a page of misses takes no more, once the log has reported the expiry', async () => {
    const here = processWith({ local: {} })
    await show(here)
    const received: string[] = []
    const end = here.store.subscribe?.({ onExpiry: (objects) => received.push(...objects), onGap() {} })
    const there = processWith({ local: false })
    try {
      await vi.waitFor(async () => {
        await there.expire('another')
        expect(received).toContain('another')
      }, WAIT)
      await there.expire('section 3')
      await vi.waitFor(() => expect(received).toContain('section 3'), WAIT)
      const sent = await sentDuring(async () => {
        const { report } = await here.request().serve('section 3', () => ['<section 3>'])
        await report
      })
      expect(sent.filter((name) => name === 'evalsha')).toHaveLength(3)
    } finally {
      end?.()
    }
  })

  it('one for the lookups of siblings that are misses, and a fixed few for each fill', async () => {
    const here = processWith({ local: false })
    await here.store.getDependents('connects')
    await show(here)
    await here.store.clear()
    const sent = await sentDuring(() => show(here))
    // Lease, commit and release.
    expect(sent.filter((name) => name === 'evalsha')).toHaveLength(3 * names.length)
    expect(sent.filter((name) => name !== 'evalsha')).toEqual(['mget'])
  })
})

describe('rule 14: inside a fill', () => {
  it('a child in a fill is read from Redis, not from a copy', async () => {
    const here = processWith({ local: { maxStalenessMs: 600_000 } }, proxied.proxy.port)
    const there = processWith({ local: false })
    let version = 1
    const child = async (from: ReturnType<FakeSite['request']>) => {
      return from.fragment('child', () => {
        register('x')
        return [`x=${version}`]
      })
    }
    await child(there.request())
    await vi.waitFor(async () => {
      const [found] = await here.store.lookup([{ key: '"child"@"1"', ageMs: 0 }])
      expect(found).toMatchObject({ token: undefined, entry: { name: 'child' } })
    }, WAIT)
    proxied.proxy.hold('replies', (link) => link.hasSent('xread') || link.hasSent('tracking'))
    version = 2
    await there.expire('x')
    // What a copy may still show on its own for a moment must not get into what is stored.
    expect(await child(here.request())).toBe('x=1')
    await vi.waitFor(async () => {
      const page = here.request()
      const { value, report } = await page.serve('parent', async function* () {
        yield `<${await child(page)}>`
      })
      expect(value).toBe('<x=2>')
      // Not at once: a process that has not heard of the expiry must be careful for a moment.
      expect(await report).toMatchObject({ outcome: 'miss', stored: true })
    }, WAIT)
    const parent = await there.stored('parent')
    expect(parent?.dependencies).toEqual(['x'])
    expect(new TextDecoder().decode(parent?.payload)).toBe('<x=2>')
  })
})

describe('a fill right after an expiry', () => {
  it('a fill right after an expiry is stored in the process that expired', async () => {
    const here = processWith({ local: false })
    await show(here)
    for (let turn = 0; turn < 20; turn++) {
      await here.expire('section 3')
      const { report } = await here.request().serve('section 3', () => {
        register('section 3')
        return ['new']
      })
      expect(await report).toMatchObject({ outcome: 'miss', stored: true })
    }
  })

  it('a fill right after a clear is stored', async () => {
    const here = processWith({ local: false })
    await show(here)
    await here.expire(...names)
    await here.store.clear()
    await show(here)
    expect(await show(here)).toEqual(names.map(() => 'hit'))
  })
})
