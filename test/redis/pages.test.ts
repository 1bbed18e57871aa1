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
  // The first lookup begins an epoch. Without an epoch no copies are kept.
  await proxied.site.open({ local: false }).lookup([{ key: 'any', ageMs: 0 }])
})

const openProcess = (options: RedisStoreOptions, port?: number) =>
  createSite({ clock: realClock, store: proxied.site.open(options, port) })

const names = Array.from({ length: 20 }, (_, i) => `section ${i}`)

/** Shows a page of twenty sections, which start together as in a renderer, and returns their outcomes. */
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

/** Records the commands that clients, not scripts, send while `task` runs. */
async function recordCommands(task: (sent: readonly string[]) => Promise<unknown>): Promise<string[]> {
  const sent: string[] = []
  const probe = redis.client.duplicate()
  const monitor = await probe.monitor()
  // Without a listener ioredis prints errors, maybe in the next file.
  for (const one of [probe, monitor]) one.on('error', () => {})
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

/** No page waits for the release of its leases. */
const waitForScripts = (sent: readonly string[], count: number) =>
  vi.waitFor(
    () => expect(sent.filter((name) => name === 'evalsha').length).toBeGreaterThanOrEqual(count),
    WAIT,
  )

describe('the round trips of a page', () => {
  const hits = names.map(() => 'hit')

  it.each([
    ['that has just started', ['evalsha', 'mget'], (here: FakeSite) => here.store.getDependents('connects')],
    ['that knows the server time', ['mget'], show],
  ])('a page of hits takes one round trip in a process %s', async (_, commands, warm) => {
    await show(openProcess({ local: false }))
    const here = openProcess({ local: false }, proxied.proxy.port)
    await warm(here)
    proxied.proxy.hold('replies')
    const sent = await recordCommands(async (sentSoFar) => {
      const shown = show(here)
      // All commands are on their way before the first reply arrives.
      await vi.waitFor(() => expect(sentSoFar).toEqual(commands), WAIT)
      proxied.proxy.release()
      expect(await shown).toEqual(hits)
    })
    expect(sent).toEqual(commands)
  })

  it('a page of hits takes no round trip when the process has copies', async () => {
    const here = openProcess({ local: { maxStalenessMs: 600_000 } })
    await show(here)
    await vi.waitFor(async () => {
      expect(await recordCommands(() => show(here))).toEqual([])
    }, WAIT)
  })

  it('a page in strict mode takes one round trip, even if parts of it start later', async () => {
    const here = openProcess({ local: { maxStalenessMs: 600_000 }, consistency: 'strict' })
    await show(here)
    await vi.waitFor(async () => {
      const sent = await recordCommands(async () => {
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

  it('a page of misses takes one more round trip after an expiry by another process', async () => {
    const here = openProcess({ local: false })
    await show(here)
    const there = openProcess({ local: false })
    await there.expire('section 3')
    const sent = await recordCommands(() => show(here))
    expect(sent.slice(0, 2)).toEqual(['mget', 'evalsha'])
    // Lease, commit and release of the one fragment.
    expect(sent).toHaveLength(2 + 3)
  })

  it('a page of misses takes no additional round trip when the log reported the expiry', async () => {
    const here = openProcess({ local: {} })
    await show(here)
    const received: string[] = []
    const end = here.store.subscribe?.({ onExpiry: (objects) => received.push(...objects), onGap() {} })
    const there = openProcess({ local: false })
    try {
      await vi.waitFor(async () => {
        await there.expire('another')
        expect(received).toContain('another')
      }, WAIT)
      await there.expire('section 3')
      await vi.waitFor(() => expect(received).toContain('section 3'), WAIT)
      const sent = await recordCommands(async (sentSoFar) => {
        const { report } = await here.request().serve('section 3', () => ['<section 3>'])
        await report
        await waitForScripts(sentSoFar, 3)
      })
      expect(sent.filter((name) => name === 'evalsha')).toHaveLength(3)
    } finally {
      end?.()
    }
  })

  it('a page of misses takes four round trips for all its fragments', async () => {
    const here = openProcess({ local: false })
    await here.store.getDependents('connects')
    await show(here)
    await here.store.clear()
    const sent = await recordCommands(async (sentSoFar) => {
      await show(here)
      await waitForScripts(sentSoFar, 3)
    })
    // Lookups, leases, commits and releases.
    expect(sent).toEqual(['mget', 'evalsha', 'evalsha', 'evalsha'])
  })

  it('a level of nested misses takes one round trip for its lookups and leases', async () => {
    const here = openProcess({ local: false })
    await here.store.getDependents('connects')
    await show(here)
    const showNested = async () => {
      const page = here.request()
      const nest = (level: number): Promise<string> =>
        page.fragment(`level ${level}`, async function* () {
          yield level < 3 ? await nest(level + 1) : 'innermost'
        })
      expect(await nest(1)).toBe('innermost')
      await page.reports()
    }
    // The server knows the scripts afterwards.
    await showNested()
    await here.store.clear()
    await show(here)
    const sent = await recordCommands(showNested)
    // The lookup and lease of the outermost fragment, a call for each level in it, and the commits and releases.
    expect(sent.slice(0, 4)).toEqual(['mget', 'evalsha', 'evalsha', 'evalsha'])
    expect(sent.length).toBeLessThanOrEqual(4 + 2 * 3)
  })
})

describe('rule 14', () => {
  it('a child in a fill is read from Redis, not from a copy', async () => {
    const here = openProcess({ local: { maxStalenessMs: 600_000 } }, proxied.proxy.port)
    const there = openProcess({ local: false })
    let version = 1
    const child = async (from: ReturnType<FakeSite['request']>) => {
      return from.fragment('child', () => {
        register('x')
        return [`x=${version}`]
      })
    }
    await child(there.request())
    await vi.waitFor(async () => {
      const [lookup] = await here.store.lookup([{ key: '"child"@"1"', ageMs: 0 }])
      expect(lookup).toMatchObject({ token: undefined, entry: { name: 'child' } })
    }, WAIT)
    proxied.proxy.hold('replies', (link) => link.hasSent('xread') || link.hasSent('tracking'))
    version = 2
    await there.expire('x')
    // A copy may still be shown by itself for a moment, but must not become a part of a stored entry.
    expect(await child(here.request())).toBe('x=1')
    await vi.waitFor(async () => {
      const page = here.request()
      const { value, report } = await page.serve('parent', async function* () {
        yield `<${await child(page)}>`
      })
      expect(value).toBe('<x=2>')
      // Not at once. The process has not received the expiry, so its tokens are older for a moment.
      expect(await report).toMatchObject({ outcome: 'miss', stored: true })
    }, WAIT)
    const parent = await there.stored('parent')
    expect(parent?.dependencies).toEqual(['x'])
    expect(new TextDecoder().decode(parent?.payload)).toBe('<x=2>')
  })
})

describe('a fill right after an expiry', () => {
  it('a fill right after an expiry by the same process is stored', async () => {
    const here = openProcess({ local: false })
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
    const here = openProcess({ local: false })
    await show(here)
    await here.expire(...names)
    await here.store.clear()
    await show(here)
    expect(await show(here)).toEqual(names.map(() => 'hit'))
  })
})
