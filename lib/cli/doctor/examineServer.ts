import type { Redis } from 'ioredis'
import { createContentCacheError, isContentCacheError } from '../../core/errors.ts'
import {
  checkServer,
  isUnsafePolicy,
  readServerInfo,
  type ServerInfo,
} from '../../redis/connection/checkServer.ts'
import type { Findings } from './findings.ts'

export interface ServerReport {
  readonly product: string
  readonly version: string
  readonly primary: boolean
  readonly cluster: boolean
  readonly replicas: number
  readonly maxmemory: number
  readonly policy: string | null
  readonly persistence: 'none' | 'snapshots' | 'append-only file' | 'unknown'
  /** Median of a few pings. */
  readonly roundTripMs: number
}

const PINGS = 20
/** Every page waits for one or a few round trips. */
const SLOW_MS = 10

export async function examineServer(redis: Redis, findings: Findings): Promise<ServerReport> {
  const facts = await readServerInfo(redis)
  await noteRefusals(redis, facts, findings)
  const cluster = /^cluster_enabled:1/m.test(await redis.info('cluster'))
  if (cluster) {
    findings.note({
      code: 'cluster',
      severity: 'problem',
      message:
        'Redis runs in cluster mode, which refuses expiries: an expiry changes keys in several hash slots.',
      advice: 'Use a single primary, with replicas and Sentinel for failover.',
    })
  }
  const primary = facts.role !== 'slave' && facts.role !== 'replica'
  if (!primary) {
    findings.note({
      code: 'replica',
      severity: 'problem',
      message: 'This server is a replica: it accepts no writes and may lag behind the primary.',
      advice: 'Connect to the primary.',
    })
  }
  const persistence = await detectPersistence(redis, facts)
  noteDataLossRisks(facts, persistence, findings)
  const roundTripMs = await measureMedianPing(redis)
  if (roundTripMs > SLOW_MS) {
    findings.note({
      code: 'slow',
      severity: 'warning',
      message: `A round trip takes ${roundTripMs} ms. Every page that reads from Redis waits for at least one.`,
      advice: 'Run the command on the host of the site, and keep Redis close to it.',
    })
  }
  const { product, version, connectedReplicas: replicas, maxmemory, policy = null } = facts
  return { product, version, primary, cluster, replicas, maxmemory, policy, persistence, roundTripMs }
}

/** Reports the reasons for which the store would refuse the server. */
async function noteRefusals(redis: Redis, facts: ServerInfo, findings: Findings) {
  const refused = await checkServer(redis).catch((error: unknown) => error)
  const errors = isUnsafePolicy(facts)
    ? [refused, createContentCacheError('CC_REDIS_EVICTION', [facts.policy])]
    : [refused]
  const knownErrors = errors.filter(isContentCacheError)
  for (const [code, { message }] of new Map(knownErrors.map((error) => [error.code, error]))) {
    findings.note({ code, severity: 'problem', message })
  }
}

async function detectPersistence(
  redis: Redis,
  { persistence }: ServerInfo,
): Promise<ServerReport['persistence']> {
  if (persistence.aof) return 'append-only file'
  // Managed services forbid CONFIG.
  const save = await redis.config('GET', 'save').catch(() => undefined)
  if (!Array.isArray(save)) return 'unknown'
  return save[1] ? 'snapshots' : 'none'
}

function noteDataLossRisks(facts: ServerInfo, persistence: ServerReport['persistence'], findings: Findings) {
  const warn = (code: string, message: string, advice?: string) =>
    findings.note({ code, severity: 'warning', message, ...(advice !== undefined && { advice }) })
  if (persistence === 'none') {
    warn(
      'no-persistence',
      'Redis writes nothing to disk: after a restart every fragment must be rendered again.',
    )
  }
  if (persistence === 'snapshots') {
    warn(
      'snapshots-only',
      'Redis writes only snapshots to disk: a crash restores fragments that were expired since the last one.',
      'Set `appendonly yes` or `save ""`, or run `flush` after a crash.',
    )
  }
  if (persistence === 'append-only file') {
    warn(
      'append-only-delay',
      'Unless `appendfsync` is `always`, a crash of the machine can lose the expiries of the last second.',
      'Run `flush` after a crash.',
    )
  }
  if (facts.connectedReplicas > 0) {
    warn(
      'replication',
      'Replication is asynchronous: a failover can lose the latest expiries, so that pages show old content.',
      'Set the store option `waitReplicas`, so that an expiry succeeds only when replicas have it.',
    )
  }
  if (facts.maxmemory === 0) {
    warn(
      'no-memory-limit',
      'There is no memory limit: Redis can grow until the machine runs out of memory.',
      'Set `maxmemory`, with `maxmemory-policy volatile-lru`.',
    )
  }
}

async function measureMedianPing(redis: Redis): Promise<number> {
  const times: number[] = []
  for (let count = 0; count < PINGS; count++) {
    const sent = performance.now()
    await redis.ping()
    times.push(performance.now() - sent)
  }
  times.sort((a, b) => a - b)
  return Math.round((times[PINGS / 2] ?? 0) * 100) / 100
}
