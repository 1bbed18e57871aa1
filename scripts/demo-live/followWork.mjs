import { createWorker } from 'react-cache-content/worker'

/** The demo's own, for those who watch; the content's channel is another. */
const CHANNEL = 'demo:live'
/** Listed in one event: more than anybody reads. */
const LISTED = 200
/** Milliseconds that the worker has for what it has begun. */
const PATIENCE = 10_000

/**
 * The worker, and its report: what it does is told to `tell`, and published as JSON for the page that shows it.
 *
 * One edit is one message: the lists that it concerns travel in it, and the worker is told of them here.
 */
export function followWork({ site, url, secret, redis, tell }) {
  // Messages that are being dealt with, by what they are about.
  const pending = new Map()

  function report(event) {
    const told = { at: Date.now(), ...event }
    tell(told)
    // Nobody may be there to hear it, and it is not worth waiting for.
    redis.publish(CHANNEL, JSON.stringify(told)).catch(() => {})
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
      const told = eventOf(event, pending)
      if (told) report(told)
    },
  })
  const running = worker.run()

  return {
    failed: running.then(() => new Promise(() => {})),
    async stop() {
      let timer
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, PATIENCE)
      })
      await Promise.race([worker.stop().catch(() => {}), late])
      clearTimeout(timer)
    },
  }
}

function eventOf(event, pending) {
  switch (event.type) {
    case 'handled': {
      const { expire, refresh, expired, refreshed, shownIn, ms } = event
      return {
        type: 'handled',
        ms,
        expired,
        refreshed,
        objects: [...expire, ...refresh].slice(0, LISTED),
        messages: takeMessages(pending, new Set([...expire, ...refresh])),
        fragments: shownIn.slice(0, LISTED).map(({ fragment }) => fragment),
        routes: [...new Set(shownIn.flatMap(({ route }) => route ?? []))].slice(0, LISTED),
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
        givenUp: event.givenUp,
      }
    case 'ready':
    case 'stopped':
      return undefined
    default:
      return { type: 'trouble', reason: troubleOf(event) }
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
  return taken.slice(0, LISTED)
}

function troubleOf({ type, reason, error, operation, routes, messages }) {
  if (type === 'rejected') return `A message was rejected: ${reason}`
  if (type === 'routes-dropped') return `${routes} pages will not be rebuilt: too many wait.`
  if (type === 'missed') return `${messages} messages were gone before they were read.`
  return `${operation ?? type}: ${error instanceof Error ? error.message : String(error)}`
}
