import { runDetached } from './runDetached.ts'
import type { Settable } from './settable.ts'

/** Called in each turn of the event loop. Returns whether it waits no more. */
type TickListener = () => boolean

const listeners = new Set<TickListener>()
let isScheduled = false

/**
 * Waits for a value that is about to come, at most for `maxTicks` turns of the event loop. `milliseconds` limits the
 * wait on a busy event loop, whose turns take long.
 *
 * @returns the value, or nothing when it takes longer
 */
export function waitForTicks<T>(
  source: Settable<T>,
  maxTicks: number,
  milliseconds = 500,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    let isDone = false
    source.whenSettled(
      (value) => {
        isDone = true
        resolve(value)
      },
      (error) => {
        isDone = true
        reject(error)
      },
    )
    if (isDone) return
    const deadline = performance.now() + milliseconds
    // A call that is already on its way is no whole turn.
    let ticks = isScheduled ? -1 : 0
    listeners.add(() => {
      if (!isDone && ++ticks < maxTicks && performance.now() < deadline) return false
      // Without effect when the value has come.
      resolve(undefined)
      return true
    })
    schedule()
  })
}

/** One call of `setImmediate` for all that wait: Next replaces it by a slow one. */
function schedule(): void {
  if (isScheduled) return
  isScheduled = true
  runDetached(() => setImmediate(tick))
}

function tick(): void {
  isScheduled = false
  for (const listener of listeners) if (listener()) listeners.delete(listener)
  if (listeners.size > 0) schedule()
}
