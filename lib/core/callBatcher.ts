import { runShared } from './runDetached.ts'
import { Settable } from './settable.ts'

export interface CallBatcherOptions<Request, Reply> {
  /**
   * Makes one call for several requests.
   *
   * @returns a reply for each request, in their order. An error rejects that request alone
   */
  run(requests: readonly Request[]): Promise<readonly (Reply | Error)[]>
  /** The share of a request in `maxSize`. Default 1. */
  getSize?(request: Request): number
  /**
   * Gathers the requests of a whole turn of the event loop, for calls that no page waits for. By default it waits for one
   * microtask only: a timer would add latency, and leave a dynamic hole in a prerendered page.
   */
  readonly isPatient?: boolean
  /** How many calls may be under way at a time. Default no limit. */
  readonly maxConcurrentCalls?: number
  /** Largest size of the requests of one call. A larger request has a call of its own. Default no limit. */
  readonly maxSize?: number
  /** Limits the memory of requests that wait for earlier calls. Default no limit. */
  readonly backlog?: BacklogLimit
}

export interface BacklogLimit {
  /** Largest size of all requests that wait. */
  readonly maxSize: number
  /** Creates the error of a request that comes when it is reached. */
  createError(): Error
}

interface QueuedCall<Request, Reply> {
  readonly request: Request
  readonly reply: Settable<Reply>
}

/** Gathers the requests of sibling fragments, which come in one go, into one call. */
export function createCallBatcher<Request, Reply>({
  run,
  getSize = () => 1,
  maxSize = Infinity,
  isPatient = false,
  maxConcurrentCalls = Infinity,
  backlog,
}: CallBatcherOptions<Request, Reply>): (request: Request) => Settable<Reply> {
  let queue: QueuedCall<Request, Reply>[] = []
  const batches: QueuedCall<Request, Reply>[][] = []
  let calls = 0
  let waitingSize = 0

  function flush() {
    let batch: QueuedCall<Request, Reply>[] = []
    let batchSize = 0
    const queued = queue
    queue = []
    for (const call of queued) {
      const size = getSize(call.request)
      if (batch.length > 0 && batchSize + size > maxSize) {
        batches.push(batch)
        batch = []
        batchSize = 0
      }
      batch.push(call)
      batchSize += size
    }
    batches.push(batch)
    sendNext()
  }

  function sendNext() {
    while (calls < maxConcurrentCalls) {
      const batch = batches.shift()
      if (batch === undefined) return
      for (const { request } of batch) waitingSize -= getSize(request)
      calls++
      send(batch).then(() => {
        calls--
        sendNext()
      })
    }
  }

  async function send(batch: readonly QueuedCall<Request, Reply>[]) {
    let replies: readonly (Reply | Error)[]
    try {
      replies = await run(batch.map(({ request }) => request))
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error))
      replies = batch.map(() => failure)
    }
    batch.forEach(({ reply }, index) => {
      const answer = replies[index] as Reply | Error
      try {
        if (answer instanceof Error) reply.reject(answer)
        else reply.resolve(answer)
      } catch {
        // The error of one reader, which must not reach the readers of the other replies.
      }
    })
  }

  const schedule = isPatient ? setImmediate : queueMicrotask

  return (request) => {
    const reply = new Settable<Reply>()
    if (backlog && waitingSize >= backlog.maxSize) {
      reply.reject(backlog.createError())
      return reply
    }
    waitingSize += getSize(request)
    if (queue.push({ request, reply }) === 1) runShared(() => schedule(flush))
    return reply
  }
}
