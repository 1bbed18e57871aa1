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
import { doctorForFile, faultsIn } from './doctorForFile.ts'
import { runCli, runJson } from './fakeTerminal.ts'
import { FILM, FILM_FULL, LIST_FULL, plantFragments } from './plantFragments.ts'

const SECRET = 'a secret of this site'
const fixture = doctorForFile()
const { doctor, snapshot } = fixture

describe('a healthy index', () => {
  it('a healthy index is reported with its sizes', async () => {
    const { code, data } = await doctor()
    expect(code).toBe(0)
    expect(faultsIn(data)).toEqual([])
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

  it('a healthy index is unchanged by --fix', async () => {
    const before = await snapshot()
    await doctor('--fix')
    expect(await snapshot()).toEqual(before)
  })

  it('an empty cache is healthy, and so are fragments without dependencies', async () => {
    const store = redisStore(fixture.redis, { local: false })
    await commitEntry(store, '"static"@"b7"')
    await store.close()
    expect(faultsIn((await doctor()).data)).toEqual([])
    await fixture.redis.flushall()
    expect(await doctor()).toMatchObject({ code: 0, data: { healthy: true } })
  })

  it('an index may list caches of other programs and other namespaces', async () => {
    await fixture.redis.set('views:front', 'html')
    await fixture.redis.sadd('obj:film:1', 'views:front')
    await fixture.redis.sadd('sobj:views:front', 'obj:film:1')
    const other = redisStore(fixture.redis, { namespace: 'other', local: false })
    await commitEntry(other, FILM, { dependencies: ['film:1'] })
    await other.close()
    expect(faultsIn((await doctor('--fix')).data)).toEqual([])
    expect(await fixture.redis.smembers('obj:film:1')).toHaveLength(4)
  })

  it('an index may be large, with more members than a page', {
    timeout: 20_000,
  }, async () => {
    const store = redisStore(fixture.redis, { local: false, timeout: 5_000 })
    const many = Array.from({ length: 500 }, (_, index) => `film:${index}`)
    await commitEntry(store, '"archive"@"b7"', { dependencies: many })
    const pages = Array.from({ length: 700 }, (_, page) => `"page"@"b7"[${page}]`)
    await Promise.all(pages.map((key) => commitEntry(store, key, { dependencies: ['menu'] })))
    await store.close()
    const { data } = await doctor()
    expect(faultsIn(data)).toEqual([])
    expect(data.index).toMatchObject({ fragments: 703, members: 500 + 700 + 4 })
  })

  it('an index may hold names of other programs that are no text', async () => {
    const name = Buffer.from([0x76, 0xff, 0xfe])
    await fixture.redis.set(name, 'html')
    await fixture.redis.sadd('obj:film:1', name)
    await fixture.redis.sadd(Buffer.concat([Buffer.from('sobj:'), name]), 'obj:film:1')
    expect(faultsIn((await doctor('--fix')).data)).toEqual([])
    expect(await fixture.redis.sismember('obj:film:1', name)).toBe(1)
  })

  it('a fragment counts as unindexed only when one transaction shows it so', async () => {
    await fixture.redis.srem('obj:film:1', FILM_FULL)
    const findings = createFindings()
    const mended = new Proxy(fixture.redis, {
      get(target, property) {
        // The second look is a transaction. This reaches Redis before it.
        if (property === 'multi') void target.sadd('obj:film:1', FILM_FULL)
        const value = Reflect.get(target, property)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const progress = createProgress(new PassThrough())
    const context = {
      redis: mended,
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

describe('sealed fragments', () => {
  const withSecret = (...args: string[]) =>
    runJson<DoctorReport>(['doctor', '--redis', fixture.server.url, ...args], {
      env: { CONTENT_CACHE_SECRET: SECRET, OTHER: 'the secret of another site' },
    })

  it('a sealed fragment is readable with the secret of the site', async () => {
    await plantFragments(fixture.redis, SECRET)
    expect(faultsIn((await withSecret()).data)).toEqual([])
  })

  it.each([
    ['without the secret', () => doctor('--fix')],
    ['with another', () => withSecret('--fix', '--secret-env', 'OTHER')],
  ])('a sealed fragment is not damaged %s, and stays', async (_, run) => {
    await plantFragments(fixture.redis, SECRET)
    const { code, data } = await run()
    expect(code).toBe(0)
    expect(faultsIn(data)).toEqual([{ code: 'unreadable', count: 2, fixed: 0 }])
    expect(await fixture.redis.exists(FILM_FULL, LIST_FULL)).toBe(2)
  })

  it('a sealed fragment outside the index is found without the secret too', async () => {
    await plantFragments(fixture.redis, SECRET)
    await fixture.redis.srem('obj:film:1', FILM_FULL)
    expect(faultsIn((await doctor('--fix')).data)).toEqual([
      { code: 'unindexed', count: 1, fixed: 1 },
      { code: 'unreadable', count: 1, fixed: 0 },
    ])
  })
})

it('a damaged payload is a warning: the site replaces what it cannot read', async () => {
  const at = (await fixture.redis.getBuffer(FILM_FULL))?.indexOf('output') as number
  await fixture.redis.setrange(FILM_FULL, at, 'O')
  const { code, data } = await doctor()
  expect(faultsIn(data)).toEqual([{ code: 'unreadable', count: 1, fixed: 0 }])
  expect(code).toBe(0)
})

it('fragments of an earlier epoch are a warning, and --fix gives their memory back', async () => {
  await fixture.redis.set('cc:epoch', 'another')
  const result = await doctor()
  expect(result.code).toBe(0)
  expect(faultsIn(result.data)).toEqual([{ code: 'outdated', count: 2, fixed: 0 }])
  await doctor('--fix')
  expect((await fixture.redis.keys('*')).sort()).toEqual(['cc:epoch'])
})

it('the doctor asks for no unbounded reply', async () => {
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

describe('the text', () => {
  it('the text names each finding, its fault and its remedy', async () => {
    await fixture.redis.srem('obj:film:1', FILM_FULL)
    const { code, out } = await runCli(['doctor', '--redis', fixture.server.url])
    expect(code).toBe(1)
    expect(out).toContain('problem  1 × fragment that is missing from the index')
    expect(out).toContain(FILM_FULL)
    expect(out).toContain('doctor --fix')
  })

  it('the text says what was repaired', async () => {
    await fixture.redis.srem('obj:film:1', FILM_FULL)
    const { out } = await runCli(['doctor', '--fix', '--redis', fixture.server.url])
    expect(out).toContain('fixed  1 × fragment that is missing from the index')
    expect(out).toContain('Healthy')
  })

  it('the text shows control characters in names, and does not send them', async () => {
    await fixture.redis.sadd('obj:film:9', 'views:\u001b[2Jx')
    const { out } = await runCli(['doctor', '--redis', fixture.server.url])
    expect(out).toContain('views:\\u{1b}[2Jx')
    expect(out).not.toContain('\u001b')
  })

  it('the text has colours on a terminal only, and not with NO_COLOR', async () => {
    const args = ['doctor', '--redis', fixture.server.url]
    expect((await runCli(args)).out).not.toContain('\u001b[')
    expect((await runCli(args, { tty: true })).out).toContain('\u001b[3')
    expect((await runCli(args, { tty: true, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b[')
  })
})
