import cluster from 'node:cluster'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { warnOnce } from './warnOnce.ts'

interface ProcessInfo {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isClusterWorker: boolean
}

/**
 * What says that this process is one of several that serve the site; nothing where nothing does. Processes of other
 * containers or machines cannot be noticed.
 *
 * - PM2 writes its settings into the environment: the number of instances, and which of them this is. Its cluster mode
 *   uses the cluster module even for a single one, so its own number decides.
 * - A worker of the cluster module seldom comes alone. Node removes its variable (`NODE_UNIQUE_ID`) at the start.
 * - Next wants one encryption key for Server Actions from sites of several instances.
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

/** Says once per process that the memory of one process is not the memory of all: an expiry would reach only one. */
export function warnSeveralProcesses({ kind }: FragmentStore): void {
  if (kind !== 'memory' || process.env.NODE_ENV !== 'production') return
  const reason = detectSeveralProcesses()
  if (reason === undefined) return
  warnOnce('several processes', () =>
    console.warn(
      `react-cache-content keeps fragments in the memory of each process, and ${reason}. An expiry reaches only the ` +
        'process it is called in; the others go on showing the old content, in prerendered pages too. ' +
        'Set CONTENT_CACHE_REDIS_URL, or run one process. See react-cache-content/docs/redis.md.',
    ),
  )
}
