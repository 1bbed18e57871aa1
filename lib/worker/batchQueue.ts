import { sleepUnref } from '../redis/connection/retryLoop.ts'

export interface BatchQueueOptions {
  handle(texts: readonly string[]): Promise<void>
  onFailure(error: unknown): void
  /** Called with a message that exceeds the limit. */
  onReject(text: string): void
  readonly retryDelayMs: number
}

export interface BatchQueue {
  add(text: string): void
  /** Resolves when the batch in progress is finished. */
  stop(): Promise<void>
}

/** Limit for the characters of all messages that are not handled yet. Messages beyond it are rejected. */
const MAX_QUEUED_CHARS = 64 * 1024 * 1024

/**
 * Handles all messages that wait as one batch. After a failure they are handled one by one, up to the next failure. A
 * message that fails alone is retried alone, so that it delays no other by more than its attempt and `retryDelayMs`. No
 * message is dropped before the queue is stopped, because Redis does not store the messages of a channel.
 */
export function createBatchQueue({
  handle,
  onFailure,
  onReject,
  retryDelayMs,
}: BatchQueueOptions): BatchQueue {
  let waiting: string[] = []
  /** Messages that failed alone. Each attempt is for one of them, in turn. */
  const failed: string[] = []
  let queuedChars = 0
  let working: Promise<void> | undefined
  let stopped = false

  async function tryToHandle(texts: readonly string[]): Promise<boolean> {
    try {
      await handle(texts)
    } catch (error) {
      onFailure(error)
      return false
    }
    queuedChars -= texts.reduce((sum, text) => sum + text.length, 0)
    return true
  }

  async function retryFailed(): Promise<boolean> {
    const text = failed.shift()
    if (text === undefined || (await tryToHandle([text]))) return true
    failed.push(text)
    return false
  }

  async function handleWaiting(): Promise<boolean> {
    const texts = waiting
    waiting = []
    if (texts.length > 1 && (await tryToHandle(texts))) return true
    for (const [index, text] of texts.entries()) {
      if (await tryToHandle([text])) continue
      failed.push(text)
      // In an outage of Redis each further attempt could take as long as its timeout.
      waiting = [...texts.slice(index + 1), ...waiting]
      return false
    }
    return true
  }

  async function drain() {
    while (waiting.length > 0 || failed.length > 0) {
      const isRetried = await retryFailed()
      const isHandled = await handleWaiting()
      if (isRetried && isHandled) continue
      if (stopped) return
      await sleepUnref(retryDelayMs)
    }
  }

  return {
    add(text) {
      if (queuedChars + text.length > MAX_QUEUED_CHARS) return onReject(text)
      waiting.push(text)
      queuedChars += text.length
      working ??= drain().finally(() => {
        working = undefined
      })
    },
    async stop() {
      stopped = true
      await working
    },
  }
}
