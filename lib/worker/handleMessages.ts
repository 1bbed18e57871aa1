import { type ContentMessage, parseMessage } from '../broadcast/message.ts'
import { type Plan, planFor } from '../broadcast/plan.ts'
import { expireInStore } from '../core/expire.ts'
import { inTime } from '../core/inTime.ts'
import { objectKeys } from '../core/objectKeys.ts'
import { bury, runReady } from '../redis/rebuildQueue.ts'
import { findAffected } from './affected.ts'
import type { WorkerContext } from './context.ts'
import { deadMessage } from './deadLetters.ts'
import type { MessageSource } from './events.ts'
import { type FurtherWork, isRoute } from './furtherWork.ts'

/** Milliseconds after which routes are rebuilt of which the expiry was begun by a worker that died. */
const SAFETY = 60_000

/**
 * Does what a batch of messages asks for; what several ask for is done once. May be done again with the same
 * messages, should it fail half way.
 *
 * Invariants: routes are noted before anything is expired, so that they are there whenever the worker dies; and they
 * are not due before the expiry is done, or they would be rebuilt with what is old.
 */
export async function handleMessages(
  context: WorkerContext,
  texts: readonly string[],
  source: MessageSource,
): Promise<void> {
  const began = performance.now()
  const { emit, engine, connection, keys, options } = context
  const expire = new Set<string>()
  const refresh = new Set<string>()
  const asked = new Set<string>()
  let messages = 0
  for (const text of texts) {
    const message = await read(context, text, source)
    if (message === undefined) continue
    messages++
    const plan = planFor(message, options.how)
    const { objects = [], routes = [] } = await furtherWork(context, message, plan)
    const touched = plan.how === 'expire' ? expire : refresh
    for (const object of [...plan.objects, ...objects]) touched.add(object)
    for (const route of routes) asked.add(route)
  }
  if (messages === 0) return
  for (const object of expire) refresh.delete(object)

  const { shownIn, routes, dropped } = await findAffected(context, [...expire, ...refresh], SAFETY)
  if (dropped > 0) emit({ type: 'routes-dropped', routes: dropped })
  const expired = await expireInStore(engine, [...expire])
  const refreshed = await expireInStore(engine, [...refresh], 'refresh')
  const ready = [...new Set([...routes, ...asked])]
  await connection.forExpiring((redis) => runReady({ redis, keys }, ready, options.coalesce))
  emit({
    type: 'handled',
    source,
    messages,
    expire: [...expire],
    refresh: [...refresh],
    expired,
    refreshed,
    shownIn,
    routes: ready.length,
    ms: performance.now() - began,
  })
}

async function read(
  { connection, keys, emit }: WorkerContext,
  text: string,
  source: MessageSource,
): Promise<ContentMessage | undefined> {
  try {
    return parseMessage(text)
  } catch (error) {
    const { message: reason } = error as Error
    const dead = deadMessage(text, source, reason)
    try {
      await connection.forExpiring((redis) => bury({ redis, keys }, dead.letter))
    } catch (error) {
      // A full server takes no letters, and what is no message must not keep others from being acted upon.
      emit({ type: 'error', operation: source, error })
    }
    emit({ type: 'rejected', source, reason, text: dead.text })
    return undefined
  }
}

async function furtherWork(
  { options, emit }: WorkerContext,
  message: ContentMessage,
  plan: Plan,
): Promise<FurtherWork> {
  try {
    // What a hook does not settle must not hold up what comes after it.
    const asked = await inTime(
      Promise.resolve(options.onMessage?.(message, plan)),
      options.timeout,
      () => new Error(`onMessage has not answered within ${options.timeout} ms.`),
    )
    const { objects = [], routes = [] } = asked ?? {}
    const wrong = routes.find((route) => !isRoute(route))
    if (wrong !== undefined) throw new TypeError(`onMessage: ${String(wrong)} is no path such as /feed.xml.`)
    return { objects: objectKeys('onMessage', objects), routes }
  } catch (error) {
    emit({ type: 'hook-failed', error })
    return {}
  }
}
