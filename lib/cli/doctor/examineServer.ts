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
  /** Milliseconds, the median of a few. */
  readonly roundTrip: number
}

const PINGS = 20
/** Milliseconds. Every page waits for one or a few. */
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
        'Redis runs as a cluster: one expiry changes keys that a cluster keeps apart, so it would be refused.',
      advice: 'Use a single primary, with replicas and Sentinel for fail-over.',
    })
  }
  const primary = facts.role !== 'slave' && facts.role !== 'replica'
  if (!primary) {
    findings.note({
      code: 'replica',
      severity: 'problem',
      message: 'This is a replica: it takes no writes, and may be behind.',
      advice: 'Connect to the primary.',
    })
  }
  const persistence = await detectPersistence(redis, facts)
  noteDataLossRisks(facts, persistence, findings)
  const roundTrip = await measureMedianPing(redis)
  if (roundTrip > SLOW_MS) {
    findings.note({
      code: 'slow',
      severity: 'warning',
      message: `A round trip takes ${roundTrip} ms, which every page that asks Redis waits for at least once.`,
      advice: 'Run the command where the site runs, and keep Redis near it.',
    })
  }
  const { product, version, connectedReplicas: replicas, maxmemory, policy = null } = facts
  return { product, version, primary, cluster, replicas, maxmemory, policy, persistence, roundTrip }
}

/** What the store would refuse to work with. */
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
  // Managed services forbid it.
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
      'Nothing is written to disk: after a restart every fragment has to be rendered anew.',
    )
  }
  if (persistence === 'snapshots') {
    warn(
      'snapshots-only',
      'Only snapshots are written to disk: a crash brings back what was expired since the last one.',
      'Set `appendonly yes`, or `save ""`; or run `flush` after a crash.',
    )
  }
  if (persistence === 'append-only file') {
    warn(
      'append-only-delay',
      'Unless `appendfsync` is `always`, a crash of the machine can lose the expiries of its last second.',
      'Run `flush` after one.',
    )
  }
  if (facts.connectedReplicas > 0) {
    warn(
      'replication',
      'Replication is asynchronous: a fail-over can lose the latest expiries, and so show what they removed.',
      "Set the store's `waitReplicas`, so that an expiry counts only once replicas have it.",
    )
  }
  if (facts.maxmemory === 0) {
    warn(
      'no-memory-limit',
      'There is no memory limit: Redis grows with the fragments until the machine has no memory left.',
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
