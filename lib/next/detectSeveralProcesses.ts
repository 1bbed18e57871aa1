import cluster from 'node:cluster'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { warnOnce } from './warnOnce.ts'

interface ProcessInfo {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isClusterWorker: boolean
}

/**
 * Returns the sign that this process is one of several that serve the site, or `undefined`. Processes in other
 * containers or on other machines cannot be detected.
 *
 * - PM2 writes the number of instances and the number of this instance into the environment. Its cluster mode uses the
 *   cluster module even for a single instance, so PM2's numbers decide.
 * - A worker of the cluster module is rarely the only one. Its variable `NODE_UNIQUE_ID` is no sign, because Node
 *   removes it at the start.
 * - Next requires one encryption key for Server Actions from sites with several instances.
 */
export function detectSeveralProcesses(
  { env, isClusterWorker }: ProcessInfo = { env: process.env, isClusterWorker: cluster.isWorker },
): string | undefined {
  if (env.pm_id !== undefined) {
    const instances = Number(env.instances)
    const instance = Number(env[env.instance_var || 'NODE_APP_INSTANCE'] ?? env.NODE_APP_INSTANCE)
    if (instances > 1) return `PM2 runs ${instances} instances`
    return instance > 0 ? `this is instance ${instance} of PM2, counted from 0` : undefined
  }
  if (isClusterWorker) return 'this process is a worker of the cluster module'
  if (env.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY)
    return 'NEXT_SERVER_ACTIONS_ENCRYPTION_KEY is set, as for a site of several instances'
  return undefined
}

/**
 * Warns once per process when several processes each keep fragments in memory: an expiry would reach only one of them.
 */
export function warnSeveralProcesses({ kind }: FragmentStore): void {
  if (kind !== 'memory' || process.env.NODE_ENV !== 'production') return
  const reason = detectSeveralProcesses()
  if (reason === undefined) return
  warnOnce('several processes', () =>
    console.warn(
      `react-cache-content keeps fragments in the memory of each process, and ${reason}. An expiry reaches only the ` +
        'process that calls it. The others continue to show the old content, in prerendered pages too. ' +
        'Set CONTENT_CACHE_REDIS_URL, or run one process. See react-cache-content/docs/redis.md.',
    ),
  )
}
