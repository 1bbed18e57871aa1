import { isLive } from '../../live/isLive'
import { getLiveHub } from './hub'

/** Bytes that may wait for one reader. Who is slower is sent away, and comes back where the connection broke off. */
const MAX_WAITING_BYTES = 2 * 1024 * 1024

/** What the worker does, as server-sent events. */
export function GET(request: Request): Response {
  if (!isLive()) {
    return Response.json({ error: 'Nothing is live here. Run: npm run demo:live' }, { status: 404 })
  }
  const encoder = new TextEncoder()
  let leave: (() => void) | undefined
  let isOver = false
  const end = (controller: ReadableStreamDefaultController) => {
    if (isOver) return
    isOver = true
    leave?.()
    controller.close()
  }
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        leave = getLiveHub().join((frame) => {
          if (isOver) return
          controller.enqueue(encoder.encode(frame))
          if ((controller.desiredSize ?? 0) <= 0) end(controller)
        }, request.headers.get('last-event-id'))
        if (isOver) leave?.()
        request.signal.addEventListener('abort', () => end(controller))
      },
      cancel() {
        isOver = true
        leave?.()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MAX_WAITING_BYTES }),
  )
  if (leave === undefined) {
    return Response.json(
      { error: 'Too many are watching. Try again in a minute.' },
      { status: 503, headers: { 'retry-after': '60' } },
    )
  }
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      // Compressed, events would wait in a buffer for each other.
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  })
}
