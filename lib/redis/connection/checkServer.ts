import type { Redis } from 'ioredis'
import { createContentCacheError } from '../../core/errors.ts'

/** The fields of `INFO` that the store checks. Managed services hide CONFIG, but not INFO. */
export interface ServerInfo {
  readonly version: string
  /** `redis` or `valkey`. */
  readonly product: string
  readonly role: string | undefined
  /** Bytes, 0 for no limit; NaN when the server does not report it. */
  readonly maxmemory: number
  readonly policy: string | undefined
  readonly persistence: { readonly aof: boolean; readonly rdbChanges: number | undefined }
  readonly connectedReplicas: number
}

export async function readServerInfo(redis: Redis): Promise<ServerInfo> {
  const info = await redis.info()
  const field = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1]
  const valkey = field('valkey_version')
  return {
    version: valkey ?? field('redis_version') ?? 'unknown',
    product: valkey ? 'valkey' : 'redis',
    role: field('role'),
    maxmemory: Number(field('maxmemory') ?? Number.NaN),
    policy: field('maxmemory_policy'),
    persistence: {
      aof: field('aof_enabled') === '1',
      rdbChanges:
        field('rdb_changes_since_last_save') === undefined
          ? undefined
          : Number(field('rdb_changes_since_last_save')),
    },
    connectedReplicas: Number(field('connected_slaves') ?? 0),
  }
}

/** @throws {ContentCacheError} CC_REDIS_UNSUPPORTED, CC_REDIS_EVICTION; CC_REDIS_UNREACHABLE for a replica */
export async function checkServer(redis: Redis): Promise<void> {
  const serverInfo = await readServerInfo(redis)
  if (serverInfo.product === 'redis' && isOlderThan(serverInfo.version, 6, 2)) {
    throw createContentCacheError('CC_REDIS_UNSUPPORTED', [serverInfo.version])
  }
  // A replica lags behind, so its clock cannot show whether local copies are up to date.
  if (serverInfo.role === 'slave')
    throw createContentCacheError('CC_REDIS_UNREACHABLE', ['this server is a replica'])
  if (isUnsafePolicy(serverInfo)) throw createContentCacheError('CC_REDIS_EVICTION', [serverInfo.policy])
}

/** Without a memory limit nothing is evicted, whatever the policy. */
export function isUnsafePolicy({ policy, maxmemory }: ServerInfo): boolean {
  return maxmemory !== 0 && (policy?.startsWith('allkeys-') ?? false)
}

function isOlderThan(version: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = version.split('.').map(Number)
  return first < major || (first === major && second < minor)
}
