import { runShared } from './runDetached.ts'

/** The deadlines of one duration. They are due in the order in which they began, so one timer serves all. */
export interface DeadlineQueue {
  readonly waiting: Set<Deadline>
  timer: ReturnType<typeof setTimeout> | undefined
  onEmpty(): void
}

interface Deadline {
  readonly dueAt: number
  readonly onTimeout: () => void
}

/** Ends operations that take too long. */
export interface Deadlines {
  /**
   * Calls `onTimeout` after `milliseconds`, unless the deadline is ended before.
   *
   * @returns a function that ends the deadline. It returns `false` when the deadline was over or ended before
   */
  start(milliseconds: number, onTimeout: () => void): () => boolean
}

/**
 * A timer for each of some hundred operations of a page would cost more than the operations.
 *
 * @param queues the queues in use, by their duration
 */
export function createDeadlines(queues = new Map<number, DeadlineQueue>()): Deadlines {
  return {
    start(milliseconds, onTimeout) {
      const queue = queues.get(milliseconds) ?? createQueue(milliseconds)
      const deadline = { dueAt: performance.now() + milliseconds, onTimeout }
      queue.waiting.add(deadline)
      if (queue.timer === undefined) arm(queue, milliseconds)
      return () => {
        if (!queue.waiting.delete(deadline)) return false
        if (queue.waiting.size === 0) queue.onEmpty()
        return true
      }
    },
  }

  function createQueue(milliseconds: number): DeadlineQueue {
    const queue: DeadlineQueue = {
      waiting: new Set(),
      timer: undefined,
      onEmpty: () => removeQueue(queue, milliseconds),
    }
    queues.set(milliseconds, queue)
    return queue
  }

  /** A wait for the rest of a time has a duration that never comes again. */
  function removeQueue(queue: DeadlineQueue, milliseconds: number): void {
    clearTimeout(queue.timer)
    queue.timer = undefined
    if (queues.get(milliseconds) === queue) queues.delete(milliseconds)
  }
}

/** Outside of any request, because a timer keeps the context alive in which it was made. */
function arm(queue: DeadlineQueue, milliseconds: number): void {
  queue.timer = runShared(() => setTimeout(onTimer, Math.max(1, milliseconds), queue))
}

function onTimer(queue: DeadlineQueue): void {
  queue.timer = undefined
  const now = performance.now()
  for (const deadline of queue.waiting) {
    // A timer may come a little early.
    const left = deadline.dueAt - now
    if (left >= 1) {
      // The end of another operation may have started one for a later deadline.
      clearTimeout(queue.timer)
      arm(queue, left)
      return
    }
    queue.waiting.delete(deadline)
    deadline.onTimeout()
  }
  queue.onEmpty()
}
