import { setTimeout } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { examineServer } from '../../lib/cli/doctor/examineServer.ts'
import { createFindings } from '../../lib/cli/doctor/findings.ts'
import type { DoctorReport } from '../../lib/cli/doctor/runDoctor.ts'
import { startRedis } from '../support/redisServer.ts'
import { doctorForFile } from './doctorForFile.ts'
import { runCli, runJson } from './fakeTerminal.ts'

const fixture = doctorForFile()
const { doctor } = fixture

describe('the server', () => {
  const codesOf = ({ findings }: DoctorReport) => findings.map(({ code }) => code)

  it('an eviction policy that may drop the index is a problem --fix cannot repair', async () => {
    await fixture.redis.config('SET', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', '1gb')
    try {
      const { code, data } = await doctor('--fix')
      expect(code).toBe(1)
      expect(data.findings[0]).toMatchObject({ code: 'CC_REDIS_EVICTION', severity: 'problem', fixed: 0 })
    } finally {
      await fixture.redis.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '0')
    }
  })

  it('a server is warned of what its persistence can lose', async () => {
    expect(codesOf((await doctor()).data)).toContain('no-persistence')
    await fixture.redis.config('SET', 'save', '3600 1')
    expect(codesOf((await doctor()).data)).toContain('snapshots-only')
    await fixture.redis.config('SET', 'appendonly', 'yes')
    const { code, data } = await doctor()
    expect(code).toBe(0)
    expect(codesOf(data)).toContain('append-only-delay')
    await fixture.redis.config('SET', 'appendonly', 'no')
    await fixture.redis.config('SET', 'save', '')
  })

  it('a server has a memory limit, or a warning', async () => {
    expect(codesOf((await doctor()).data)).toContain('no-memory-limit')
    await fixture.redis.config('SET', 'maxmemory', '100mb')
    expect(codesOf((await doctor()).data)).not.toContain('no-memory-limit')
    await fixture.redis.config('SET', 'maxmemory', '0')
  })

  it('a server with replicas has a warning; a replica is the wrong server', async () => {
    // It would wait some seconds for further replicas.
    await fixture.redis.config('SET', 'repl-diskless-sync-delay', '0')
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(fixture.server.port)] })
    try {
      // Asks until the replica follows.
      while (!(await replica.client.info('replication')).includes('master_link_status:up'))
        await setTimeout(50)
      expect(codesOf((await doctor()).data)).toContain('replication')
      await fixture.redis.sadd('obj:film:9', 'cc:frag:"gone"@"b7"')
      await fixture.redis.wait(1, 1_000)
      const ran = await runJson<DoctorReport>(['doctor', '--fix', '--redis', replica.url])
      expect(ran.code).toBe(1)
      expect(codesOf(ran.data)).toEqual(expect.arrayContaining(['replica', 'dangling-members']))
    } finally {
      await replica.stop()
    }
  })

  it('a cluster is a problem, and its keys are not examined', async () => {
    const cluster = await startRedis({ args: ['--cluster-enabled', 'yes'] })
    try {
      const ran = await runJson<DoctorReport>(['doctor', '--redis', cluster.url])
      expect(ran).toMatchObject({ code: 1, data: { index: null, findings: [{ code: 'cluster' }, {}, {}] } })
    } finally {
      await cluster.stop()
    }
  })

  it('an old server is a problem', async () => {
    const info = 'redis_version:6.0.16\r\nrole:master\r\nmaxmemory_policy:allkeys-lru\r\n'
    const old = { info: async () => info, config: async () => ['save', ''], ping: async () => 'PONG' }
    const findings = createFindings()
    await examineServer(old as unknown as Redis, findings)
    expect(findings.list().map(({ code }) => code)).toEqual(
      expect.arrayContaining(['CC_REDIS_UNSUPPORTED', 'CC_REDIS_EVICTION']),
    )
  })

  it('a server that dies during the examination is reported without a stack', async () => {
    const doomed = await startRedis()
    const pipeline = doomed.client.pipeline()
    for (let index = 0; index < 20_000; index++) pipeline.sadd(`obj:${index}`, `views:${index}`)
    await pipeline.exec()
    const running = runCli(['doctor', '--redis', doomed.url])
    // Enough to be in the midst of the examination, which takes longer.
    await setTimeout(150)
    await doomed.kill()
    const { code, out, err } = await running
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain('CC_REDIS_UNREACHABLE')
    expect(err).not.toMatch(/^\s+at /m)
    await doomed.stop()
  })
})
