import { createWorker } from 'react-cache-content/worker'

/** The channel of the live page. It is not the channel of content messages. */
const CHANNEL = 'demo:live'
/** Limits the lists in one event. */
const MAX_LISTED = 200
/** The time that the worker has to complete its current work. */
const STOP_TIMEOUT_MS = 10_000

/**
 * Starts a worker. It passes each event to `onEvent`, and publishes the event as JSON for the live page.
 *
 * The site publishes one message per edit. The message contains all further keys of the edit, which `onMessage`
 * returns to the worker.
 */
export function reportWorker({ site, url, secret, redis, onEvent }) {
  // The messages without an event so far, by key and time.
  const pending = new Map()

  function report(event) {
    const eventWithTime = { at: Date.now(), ...event }
    onEvent(eventWithTime)
    // A lost event only makes the live page incomplete.
    redis.publish(CHANNEL, JSON.stringify(eventWithTime)).catch(() => {})
  }

  const worker = createWorker({
    redis: url,
    site,
    secret,
    onMessage(message) {
      pending.set(`${message.key} ${message.at}`, message)
      return { objects: message.alsoConcerns ?? [] }
    },
    onEvent(event) {
      const demoEvent = toDemoEvent(event, pending)
      if (demoEvent) report(demoEvent)
    },
  })
  const running = worker.run()

  return {
    failed: running.then(() => new Promise(() => {})),
    async stop() {
      let timer
      const timeout = new Promise((resolve) => {
        timer = setTimeout(resolve, STOP_TIMEOUT_MS)
      })
      await Promise.race([worker.stop().catch(() => {}), timeout])
      clearTimeout(timer)
    },
  }
}

function toDemoEvent(event, pending) {
  switch (event.type) {
    case 'handled': {
      const { expire, refresh, expired, refreshed, shownIn, durationMs } = event
      return {
        type: 'handled',
        durationMs,
        expired,
        refreshed,
        objects: [...expire, ...refresh].slice(0, MAX_LISTED),
        messages: takeMessages(pending, new Set([...expire, ...refresh])),
        fragments: shownIn.slice(0, MAX_LISTED).map(({ fragment }) => fragment),
        routes: [...new Set(shownIn.flatMap(({ route }) => route ?? []))].slice(0, MAX_LISTED),
      }
    }
    case 'rebuilt':
      return { type: 'rebuilt', route: event.route, durationMs: event.durationMs }
    case 'rebuild-skipped':
      return { type: 'skipped', route: event.route, reason: event.reason, durationMs: event.durationMs }
    case 'rebuild-failed':
      return {
        type: 'failed',
        route: event.route,
        reason: event.reason,
        durationMs: event.durationMs,
        exhausted: event.exhausted,
      }
    case 'ready':
    case 'stopped':
      return undefined
    default:
      return { type: 'trouble', reason: describeTrouble(event) }
  }
}

function takeMessages(pending, objects) {
  const edits = []
  for (const [id, message] of pending) {
    if (!objects.has(message.key)) continue
    pending.delete(id)
    const { key, action, title = key, slug, editor = 'An editor', change = '', at } = message
    edits.push({ action, title, slug, editor, change, at: Date.parse(at ?? '') || Date.now() })
  }
  return edits.slice(0, MAX_LISTED)
}

function describeTrouble({ type, reason, error, operation, routes, messages }) {
  if (type === 'rejected') return `A message was rejected: ${reason}`
  if (type === 'routes-dropped') return `${routes} pages will not be rebuilt because the queue is full.`
  if (type === 'missed') return `${messages} messages were trimmed before the worker read them.`
  return `${operation ?? type}: ${error instanceof Error ? error.message : String(error)}`
}
