import type { FragmentStore } from '../core/store.ts'
import { sayOnce } from './sayOnce.ts'
import { severalProcesses } from './severalProcesses.ts'

/** Says once per process that the memory of one process is not the memory of all: an expiry would reach only one. */
export function saySeveralProcesses({ kind }: FragmentStore): void {
  if (kind !== 'memory' || process.env.NODE_ENV !== 'production') return
  const sign = severalProcesses()
  if (sign === undefined) return
  sayOnce('several processes', () =>
    console.warn(
      `react-cache-content keeps fragments in the memory of each process, and ${sign}. An expiry reaches only the ` +
        'process it is called in; the others go on showing the old content, in prerendered pages too. ' +
        'Set CONTENT_CACHE_REDIS_URL, or run one process. See react-cache-content/docs/redis.md.',
    ),
  )
}
