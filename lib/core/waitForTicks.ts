import { performance as eventLoop } from 'node:perf_hooks'
import { runShared } from './runDetached.ts'
import type { Settable } from './settable.ts'
import type { StoreWaits } from './storeWaits.ts'

export interface WaitLimits {
  readonly maxTicks: number
  /** Limits the wait on a busy event loop, whose turns take long. Default 500. */
  readonly milliseconds?: number
  /** Limits the time in which the process has nothing to do. Default 50 milliseconds. */
  readonly idleMs?: number
  /** While a call of the store is under way, no turn counts. After the last reply, `maxTicks` turns begin again. */
  readonly storeWaits?: StoreWaits
}

/** Called in each turn of the event loop. Returns whether it waits for no further turn. */
type TickListener = () => boolean

const listeners = new Set<TickListener>()
let isScheduled = false

/**
 * Waits for a value that is about to come, at most for `maxTicks` turns of the event loop.
 *
 * @returns the value, or nothing when it takes longer
 */
export function waitForTicks<T>(
  source: Settable<T>,
  { maxTicks, milliseconds = 500, idleMs = 50, storeWaits }: WaitLimits,
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
    const idleUntil = getIdleTime() + idleMs
    let ticks = 0
    listen()

    function listen() {
      // A call that is already on its way is no whole turn.
      ticks = isScheduled ? -1 : 0
      listeners.add(onTick)
      schedule()
    }

    function onTick(): boolean {
      if (!isDone && storeWaits?.isIdle === false) {
        pauseForStore(storeWaits)
        return true
      }
      if (!isDone && ++ticks < maxTicks && performance.now() < deadline && getIdleTime() < idleUntil)
        return false
      giveUp()
      return true
    }

    /** Waits without turns, which would keep the processor busy. */
    function pauseForStore(calls: StoreWaits) {
      let timer = startTimer()
      calls.whenIdle(() => {
        clearTimeout(timer)
        listen()
      })

      function startTimer() {
        const left = Math.min(deadline - performance.now(), idleUntil - getIdleTime())
        return setTimeout(onTimer, Math.max(1, left))
      }
      function onTimer() {
        if (isDone || performance.now() >= deadline || getIdleTime() >= idleUntil) giveUp()
        else timer = startTimer()
      }
    }

    function giveUp() {
      // Without effect when the value has come.
      isDone = true
      resolve(undefined)
    }
  })
}

/** Milliseconds since the start of the process in which its event loop was waiting. */
function getIdleTime(): number {
  return eventLoop.eventLoopUtilization().idle
}

/** One call of `setImmediate` for all that wait: Next replaces it by a slow one. */
function schedule(): void {
  if (isScheduled) return
  isScheduled = true
  runShared(() => setImmediate(tick))
}

function tick(): void {
  isScheduled = false
  for (const listener of listeners) if (listener()) listeners.delete(listener)
  if (listeners.size > 0) schedule()
}
