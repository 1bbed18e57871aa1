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

describe('doctor on the server', () => {
  const listCodes = ({ findings }: DoctorReport) => findings.map(({ code }) => code)

  it('doctor reports an eviction policy that may drop the index as a problem', async () => {
    await fixture.redis.config('SET', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', '1gb')
    try {
      const { code, data } = await doctor('--fix')
      expect(code).toBe(1)
      expect(data.findings[0]).toMatchObject({ code: 'CC_REDIS_EVICTION', severity: 'problem', fixed: 0 })
    } finally {
      await fixture.redis.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '0')
    }
  })

  it('doctor warns of expiries that each kind of persistence can lose', async () => {
    expect(listCodes((await doctor()).data)).toContain('no-persistence')
    await fixture.redis.config('SET', 'save', '3600 1')
    expect(listCodes((await doctor()).data)).toContain('snapshots-only')
    await fixture.redis.config('SET', 'appendonly', 'yes')
    const { code, data } = await doctor()
    expect(code).toBe(0)
    expect(listCodes(data)).toContain('append-only-delay')
    await fixture.redis.config('SET', 'appendonly', 'no')
    await fixture.redis.config('SET', 'save', '')
  })

  it('doctor warns of a server without a memory limit', async () => {
    expect(listCodes((await doctor()).data)).toContain('no-memory-limit')
    await fixture.redis.config('SET', 'maxmemory', '100mb')
    expect(listCodes((await doctor()).data)).not.toContain('no-memory-limit')
    await fixture.redis.config('SET', 'maxmemory', '0')
  })

  it('doctor warns of replicas, and reports a replica as a problem', async () => {
    // With the default delay the server waits some seconds for further replicas.
    await fixture.redis.config('SET', 'repl-diskless-sync-delay', '0')
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(fixture.server.port)] })
    try {
      // Redis has no blocking command for this state.
      while (!(await replica.client.info('replication')).includes('master_link_status:up'))
        await setTimeout(50)
      expect(listCodes((await doctor()).data)).toContain('replication')
      await fixture.redis.sadd('obj:film:9', 'cc:frag:"gone"@"b7"')
      await fixture.redis.wait(1, 1_000)
      const result = await runJson<DoctorReport>(['doctor', '--fix', '--redis', replica.url])
      expect(result.code).toBe(1)
      expect(listCodes(result.data)).toEqual(expect.arrayContaining(['replica', 'dangling-members']))
    } finally {
      await replica.stop()
    }
  })

  it('doctor reports a cluster as a problem, and does not examine its keys', async () => {
    const cluster = await startRedis({ args: ['--cluster-enabled', 'yes'] })
    try {
      const result = await runJson<DoctorReport>(['doctor', '--redis', cluster.url])
      expect(result).toMatchObject({
        code: 1,
        data: { index: null, findings: [{ code: 'cluster' }, {}, {}] },
      })
    } finally {
      await cluster.stop()
    }
  })

  it('doctor reports an old server as a problem', async () => {
    const info = 'redis_version:6.0.16\r\nrole:master\r\nmaxmemory_policy:allkeys-lru\r\n'
    const old = { info: async () => info, config: async () => ['save', ''], ping: async () => 'PONG' }
    const findings = createFindings()
    await examineServer(old as unknown as Redis, findings)
    expect(findings.list().map(({ code }) => code)).toEqual(
      expect.arrayContaining(['CC_REDIS_UNSUPPORTED', 'CC_REDIS_EVICTION']),
    )
  })

  it('doctor reports a server that dies during the examination, without a stack', async () => {
    const doomed = await startRedis()
    const pipeline = doomed.client.pipeline()
    for (let index = 0; index < 20_000; index++) pipeline.sadd(`obj:${index}`, `views:${index}`)
    await pipeline.exec()
    const running = runCli(['doctor', '--redis', doomed.url])
    // The examination has begun by then, and takes longer than this.
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
