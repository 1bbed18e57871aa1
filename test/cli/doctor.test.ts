import { PassThrough } from 'node:stream'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { examineEntries } from '../../lib/cli/doctor/examineEntries.ts'
import { createFindings } from '../../lib/cli/doctor/findings.ts'
import type { DoctorReport } from '../../lib/cli/doctor/runDoctor.ts'
import { createProgress } from '../../lib/cli/progress.ts'
import { createEntryCodec } from '../../lib/core/entryCodec.ts'
import { createRedisKeys } from '../../lib/redis/redisKeys.ts'
import { redisStore } from '../../lib/redis/redisStore.ts'
import { commitEntry } from '../support/commitEntry.ts'
import { doctorForFile, listFaults } from './doctorForFile.ts'
import { runCli, runJson } from './fakeTerminal.ts'
import { FILM, FILM_FULL, LIST_FULL, plantFragments } from './plantFragments.ts'

const SECRET = 'a secret of this site'
const fixture = doctorForFile()
const { doctor, snapshot } = fixture

describe('doctor on a healthy index', () => {
  it('doctor reports a healthy index with its sizes', async () => {
    const { code, data } = await doctor()
    expect(code).toBe(0)
    expect(listFaults(data)).toEqual([])
    expect(data).toEqual({
      redis: `redis://127.0.0.1:${fixture.server.port}`,
      namespace: 'cc',
      healthy: true,
      server: {
        product: expect.stringMatching(/^(redis|valkey)$/),
        version: expect.stringMatching(/^\d+\.\d+/),
        primary: true,
        cluster: false,
        replicas: 0,
        maxmemory: 0,
        policy: 'noeviction',
        persistence: 'none',
        roundTripMs: expect.any(Number),
      },
      index: {
        fragments: 2,
        next: { page: 0, routeHandler: 0, data: 0, cachedFunction: 0 },
        objects: 3,
        members: 4,
        reverse: 2,
        clock: 0,
        epoch: await fixture.redis.get('cc:epoch'),
        fence: 0,
        log: 0,
        due: 2,
      },
      findings: expect.any(Array),
    })
  })

  it('doctor --fix does not change a healthy index', async () => {
    const before = await snapshot()
    await doctor('--fix')
    expect(await snapshot()).toEqual(before)
  })

  it('doctor accepts an empty cache, and fragments without dependencies', async () => {
    const store = redisStore(fixture.redis, { local: false })
    await commitEntry(store, '"static"@"b7"')
    await store.close()
    expect(listFaults((await doctor()).data)).toEqual([])
    await fixture.redis.flushall()
    expect(await doctor()).toMatchObject({ code: 0, data: { healthy: true } })
  })

  it('doctor accepts caches of other programs and other namespaces in the index', async () => {
    await fixture.redis.set('views:front', 'html')
    await fixture.redis.sadd('obj:film:1', 'views:front')
    await fixture.redis.sadd('sobj:views:front', 'obj:film:1')
    const other = redisStore(fixture.redis, { namespace: 'other', local: false })
    await commitEntry(other, FILM, { dependencies: ['film:1'] })
    await other.close()
    expect(listFaults((await doctor('--fix')).data)).toEqual([])
    expect(await fixture.redis.smembers('obj:film:1')).toHaveLength(4)
  })

  it('doctor reads sets with more members than one page of a scan', {
    timeout: 20_000,
  }, async () => {
    const store = redisStore(fixture.redis, { local: false, timeout: 5_000 })
    const many = Array.from({ length: 500 }, (_, index) => `film:${index}`)
    await commitEntry(store, '"archive"@"b7"', { dependencies: many })
    const pages = Array.from({ length: 700 }, (_, page) => `"page"@"b7"[${page}]`)
    await Promise.all(pages.map((key) => commitEntry(store, key, { dependencies: ['menu'] })))
    await store.close()
    const { data } = await doctor()
    expect(listFaults(data)).toEqual([])
    expect(data.index).toMatchObject({ fragments: 703, members: 500 + 700 + 4 })
  })

  it('doctor accepts names in the index that are not valid UTF-8', async () => {
    const name = Buffer.from([0x76, 0xff, 0xfe])
    await fixture.redis.set(name, 'html')
    await fixture.redis.sadd('obj:film:1', name)
    await fixture.redis.sadd(Buffer.concat([Buffer.from('sobj:'), name]), 'obj:film:1')
    expect(listFaults((await doctor('--fix')).data)).toEqual([])
    expect(await fixture.redis.sismember('obj:film:1', name)).toBe(1)
  })

  it('doctor confirms an unindexed fragment in a transaction before its removal', async () => {
    await fixture.redis.srem('obj:film:1', FILM_FULL)
    const findings = createFindings()
    const repairedRedis = new Proxy(fixture.redis, {
      get(target, property) {
        // The second check is a transaction. This repair reaches Redis before it.
        if (property === 'multi') void target.sadd('obj:film:1', FILM_FULL)
        const value = Reflect.get(target, property)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const progress = createProgress(new PassThrough())
    const context = {
      redis: repairedRedis,
      keys: createRedisKeys({}),
      codec: createEntryCodec(createRedisKeys({}).fragmentPrefix),
      findings,
      fix: true,
      progress,
    }
    await examineEntries(context)
    expect(findings.list()).toEqual([])
    expect(await fixture.redis.exists(FILM_FULL)).toBe(1)
  })
})

describe('doctor on signed fragments', () => {
  const runWithSecret = (...args: string[]) =>
    runJson<DoctorReport>(['doctor', '--redis', fixture.server.url, ...args], {
      env: { CONTENT_CACHE_SECRET: SECRET, OTHER: 'the secret of another site' },
    })

  it('a signed fragment is readable with the secret of the site', async () => {
    await plantFragments(fixture.redis, SECRET)
    expect(listFaults((await runWithSecret()).data)).toEqual([])
  })

  it.each([
    ['without the secret', () => doctor('--fix')],
    ['with another secret', () => runWithSecret('--fix', '--secret-env', 'OTHER')],
  ])('a signed fragment counts as unreadable %s, and is kept', async (_, run) => {
    await plantFragments(fixture.redis, SECRET)
    const { code, data } = await run()
    expect(code).toBe(0)
    expect(listFaults(data)).toEqual([{ code: 'unreadable', count: 2, fixed: 0 }])
    expect(await fixture.redis.exists(FILM_FULL, LIST_FULL)).toBe(2)
  })

  it('a signed fragment that is missing from the index is found without the secret', async () => {
    await plantFragments(fixture.redis, SECRET)
    await fixture.redis.srem('obj:film:1', FILM_FULL)
    expect(listFaults((await doctor('--fix')).data)).toEqual([
      { code: 'unindexed', count: 1, fixed: 1 },
      { code: 'unreadable', count: 1, fixed: 0 },
    ])
  })
})

it('doctor reports a damaged payload as a warning', async () => {
  const at = (await fixture.redis.getBuffer(FILM_FULL))?.indexOf('output') as number
  await fixture.redis.setrange(FILM_FULL, at, 'O')
  const { code, data } = await doctor()
  expect(listFaults(data)).toEqual([{ code: 'unreadable', count: 1, fixed: 0 }])
  expect(code).toBe(0)
})

it('doctor warns of fragments from an earlier epoch, and --fix removes them', async () => {
  await fixture.redis.set('cc:epoch', 'another')
  const result = await doctor()
  expect(result.code).toBe(0)
  expect(listFaults(result.data)).toEqual([{ code: 'outdated', count: 2, fixed: 0 }])
  await doctor('--fix')
  expect((await fixture.redis.keys('*')).sort()).toEqual(['cc:epoch'])
})

it('doctor, stats, inspect and flush send no command with an unbounded reply', async () => {
  await fixture.redis.sadd('obj:film:9', 'cc:frag:"gone"@"b7"')
  const monitor = await new Redis(fixture.server.url).monitor()
  const commands: string[] = []
  monitor.on('monitor', (_time: string, [command]: string[], source: string) => {
    if (source !== 'lua') commands.push(String(command).toLowerCase())
  })
  for (const args of [
    ['doctor', '--fix'],
    ['stats'],
    ['inspect', 'film:1'],
    ['inspect', 'film'],
    ['flush', '--yes'],
  ])
    await runCli([...args, '--redis', fixture.server.url])
  monitor.disconnect()
  expect(commands).toContain('scan')
  expect(commands).toContain('sscan')
  expect(commands.filter((command) => ['keys', 'smembers', 'hgetall', 'flushdb'].includes(command))).toEqual(
    [],
  )
})

describe('the text of doctor', () => {
  it('the text of doctor names the fault, the key and the remedy', async () => {
    await fixture.redis.srem('obj:film:1', FILM_FULL)
    const { code, out } = await runCli(['doctor', '--redis', fixture.server.url])
    expect(code).toBe(1)
    expect(out).toContain('problem  1 × entry that is missing from the index')
    expect(out).toContain(FILM_FULL)
    expect(out).toContain('doctor --fix')
  })

  it('the text of doctor --fix lists the repaired faults', async () => {
    await fixture.redis.srem('obj:film:1', FILM_FULL)
    const { out } = await runCli(['doctor', '--fix', '--redis', fixture.server.url])
    expect(out).toContain('fixed  1 × entry that is missing from the index')
    expect(out).toContain('Healthy')
  })

  it('the text of doctor escapes control characters in names', async () => {
    await fixture.redis.sadd('obj:film:9', 'views:\u001b[2Jx')
    const { out } = await runCli(['doctor', '--redis', fixture.server.url])
    expect(out).toContain('views:\\u{1b}[2Jx')
    expect(out).not.toContain('\u001b')
  })

  it('the text of doctor has colours only on a terminal without NO_COLOR', async () => {
    const args = ['doctor', '--redis', fixture.server.url]
    expect((await runCli(args)).out).not.toContain('\u001b[')
    expect((await runCli(args, { tty: true })).out).toContain('\u001b[3')
    expect((await runCli(args, { tty: true, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b[')
  })
})
