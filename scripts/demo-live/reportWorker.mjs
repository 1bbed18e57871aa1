import { createWorker } from 'react-cache-content/worker'

/** The demo's own, for those who watch; the content's channel is another. */
const CHANNEL = 'demo:live'
/** Listed in one event: more than anybody reads. */
const MAX_LISTED = 200
/** Milliseconds that the worker has for what it has begun. */
const STOP_TIMEOUT_MS = 10_000

/**
 * The worker, and its report: what it does is passed to `onEvent`, and published as JSON for the page that shows it.
 *
 * One edit is one message: the lists that it concerns travel in it, and the worker is told of them here.
 */
export function reportWorker({ site, url, secret, redis, onEvent }) {
  // Messages that are being dealt with, by what they are about.
  const pending = new Map()

  function report(event) {
    const timed = { at: Date.now(), ...event }
    onEvent(timed)
    // Nobody may be there to hear it, and it is not worth waiting for.
    redis.publish(CHANNEL, JSON.stringify(timed)).catch(() => {})
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
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, STOP_TIMEOUT_MS)
      })
      await Promise.race([worker.stop().catch(() => {}), late])
      clearTimeout(timer)
    },
  }
}

function toDemoEvent(event, pending) {
  switch (event.type) {
    case 'handled': {
      const { expire, refresh, expired, refreshed, shownIn, ms } = event
      return {
        type: 'handled',
        ms,
        expired,
        refreshed,
        objects: [...expire, ...refresh].slice(0, MAX_LISTED),
        messages: takeMessages(pending, new Set([...expire, ...refresh])),
        fragments: shownIn.slice(0, MAX_LISTED).map(({ fragment }) => fragment),
        routes: [...new Set(shownIn.flatMap(({ route }) => route ?? []))].slice(0, MAX_LISTED),
      }
    }
    case 'rebuilt':
      return { type: 'rebuilt', route: event.route, ms: event.ms }
    case 'rebuild-skipped':
      return { type: 'skipped', route: event.route, reason: event.reason, ms: event.ms }
    case 'rebuild-failed':
      return {
        type: 'failed',
        route: event.route,
        reason: event.reason,
        ms: event.ms,
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
  const taken = []
  for (const [id, message] of pending) {
    if (!objects.has(message.key)) continue
    pending.delete(id)
    const { key, action, title = key, slug, editor = 'Somebody', change = '', at } = message
    taken.push({ action, title, slug, editor, change, at: Date.parse(at ?? '') || Date.now() })
  }
  return taken.slice(0, MAX_LISTED)
}

function describeTrouble({ type, reason, error, operation, routes, messages }) {
  if (type === 'rejected') return `A message was rejected: ${reason}`
  if (type === 'routes-dropped') return `${routes} pages will not be rebuilt: too many wait.`
  if (type === 'missed') return `${messages} messages were gone before they were read.`
  return `${operation ?? type}: ${error instanceof Error ? error.message : String(error)}`
}
