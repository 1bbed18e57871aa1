import { isLive } from '../../live/isLive'
import { getLiveHub } from './hub'

/** The limit of buffered bytes per client. A slower client is disconnected, and resumes after its last event. */
const MAX_WAITING_BYTES = 2 * 1024 * 1024

/** Streams the worker's events as server-sent events. */
export function GET(request: Request): Response {
  if (!isLive()) {
    return Response.json(
      { error: 'The live demo is not running. Start it with: npm run demo:live' },
      { status: 404 },
    )
  }
  const encoder = new TextEncoder()
  let leave: (() => void) | undefined
  let isClosed = false
  const close = (controller: ReadableStreamDefaultController) => {
    if (isClosed) return
    isClosed = true
    leave?.()
    controller.close()
  }
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        leave = getLiveHub().join((frame) => {
          if (isClosed) return
          controller.enqueue(encoder.encode(frame))
          if ((controller.desiredSize ?? 0) <= 0) close(controller)
        }, request.headers.get('last-event-id'))
        if (isClosed) leave?.()
        request.signal.addEventListener('abort', () => close(controller))
      },
      cancel() {
        isClosed = true
        leave?.()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MAX_WAITING_BYTES }),
  )
  if (leave === undefined) {
    return Response.json(
      { error: 'There are too many viewers. Try again in a minute.' },
      { status: 503, headers: { 'retry-after': '60' } },
    )
  }
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      // Compression would buffer events.
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  })
}
