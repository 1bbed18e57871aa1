import type { FragmentStore } from '../core/fragmentStore.ts'
import { detectSeveralProcesses } from './detectSeveralProcesses.ts'
import { warnOnce } from './warnOnce.ts'

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
