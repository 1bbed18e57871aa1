import { expireInStore } from '../core/expireInStore.ts'
import { getObjectKeys } from '../core/getObjectKeys.ts'
import { withTimeout } from '../core/withTimeout.ts'
import { type ContentMessage, parseMessage } from '../messages/contentMessage.ts'
import { type InvalidationPlan, planInvalidation } from '../messages/invalidationPlan.ts'
import { ORPHANED_ROUTE_DELAY_MS } from '../redis/protocol.gen.ts'
import { pushDeadLetter, runMarkRoutesReady } from '../redis/rebuildQueue.ts'
import { type AdditionalWork, isRoute } from './additionalWork.ts'
import type { WorkerContext } from './context.ts'
import { findAffectedRoutes } from './findAffectedRoutes.ts'
import { createMessageDeadLetter } from './messageDeadLetter.ts'
import type { MessageSource } from './workerEvent.ts'

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
  const startedAt = performance.now()
  const { emit, engine, connection, keys, options } = context
  const expire = new Set<string>()
  const refresh = new Set<string>()
  const extraRoutes = new Set<string>()
  let messages = 0
  for (const text of texts) {
    const message = await parseOrReject(context, text, source)
    if (message === undefined) continue
    messages++
    const plan = planInvalidation(message, options.mode)
    const { objects = [], routes = [] } = await getAdditionalWork(context, message, plan)
    const touched = plan.mode === 'expire' ? expire : refresh
    for (const object of [...plan.objects, ...objects]) touched.add(object)
    for (const route of routes) extraRoutes.add(route)
  }
  if (messages === 0) return
  for (const object of expire) refresh.delete(object)

  const { shownIn, routes, dropped } = await findAffectedRoutes(
    context,
    [...expire, ...refresh],
    ORPHANED_ROUTE_DELAY_MS,
  )
  if (dropped > 0) emit({ type: 'routes-dropped', routes: dropped })
  const expired = await expireInStore(engine, [...expire])
  const refreshed = await expireInStore(engine, [...refresh], 'refresh')
  const ready = [...new Set([...routes, ...extraRoutes])]
  await connection.runAlways((redis) => runMarkRoutesReady({ redis, keys }, ready, options.debounce))
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
    ms: performance.now() - startedAt,
  })
}

async function parseOrReject(
  { connection, keys, emit }: WorkerContext,
  text: string,
  source: MessageSource,
): Promise<ContentMessage | undefined> {
  try {
    return parseMessage(text)
  } catch (error) {
    const { message: reason } = error as Error
    const deadLetter = createMessageDeadLetter(text, source, reason)
    try {
      await connection.runAlways((redis) => pushDeadLetter({ redis, keys }, deadLetter.json))
    } catch (error) {
      // A full server takes no letters, and what is no message must not keep others from being acted upon.
      emit({ type: 'error', operation: source, error })
    }
    emit({ type: 'rejected', source, reason, text: deadLetter.text })
    return undefined
  }
}

async function getAdditionalWork(
  { options, emit }: WorkerContext,
  message: ContentMessage,
  plan: InvalidationPlan,
): Promise<AdditionalWork> {
  try {
    // What a hook does not settle must not hold up what comes after it.
    const work = await withTimeout(
      Promise.resolve(options.onMessage?.(message, plan)),
      options.timeout,
      () => new Error(`onMessage has not answered within ${options.timeout} ms.`),
    )
    const { objects = [], routes = [] } = work ?? {}
    const invalidRoute = routes.find((route) => !isRoute(route))
    if (invalidRoute !== undefined)
      throw new TypeError(`onMessage: ${String(invalidRoute)} is no path such as /feed.xml.`)
    return { objects: getObjectKeys('onMessage', objects), routes }
  } catch (error) {
    emit({ type: 'hook-failed', error })
    return {}
  }
}
