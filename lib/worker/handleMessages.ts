import { createContentCacheError } from '../core/errors.ts'
import { formatValue } from '../core/formatValue.ts'
import { getObjectKeys } from '../core/getObjectKeys.ts'
import { invalidateInStore } from '../core/invalidateInStore.ts'
import { withTimeout } from '../core/withTimeout.ts'
import type { ContentMessage } from '../messages/contentMessage.ts'
import { type InvalidationPlan, planInvalidation } from '../messages/invalidationPlan.ts'
import { parseMessage } from '../messages/parseMessage.ts'
import { enqueueAffectedRoutes } from './affectedRoutes.ts'
import type { WorkerContext } from './context.ts'
import { createMessageDeadLetter, pushDeadLetter } from './pushDeadLetter.ts'
import { isRoute } from './rebuildRoute.ts'
import { runMarkRoutesReady } from './scripts/runMarkRoutesReady.ts'
import type { MessageSource } from './workerEvent.ts'
import type { AdditionalWork } from './workerOptions.ts'

/**
 * Expires and refreshes the objects of a batch of messages, each object once, and queues their routes. After a failure it
 * can run again with the same messages.
 *
 * Invariants: Routes are queued before anything is expired, so that they are not lost when the worker dies. Routes become
 * due after the expiry is done, because an earlier rebuild would show the old content.
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

  const { shownIn, routes, dropped } = await enqueueAffectedRoutes(context, [...expire, ...refresh])
  if (dropped > 0) emit({ type: 'routes-dropped', routes: dropped })
  const expired = await invalidateInStore(engine, [...expire], 'expire')
  const refreshed = await invalidateInStore(engine, [...refresh], 'refresh')
  const ready = [...new Set([...routes, ...extraRoutes])]
  await connection.runPastBreaker((redis) => runMarkRoutesReady({ redis, keys }, ready, options.debounce))
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
    durationMs: performance.now() - startedAt,
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
      await connection.runPastBreaker((redis) => pushDeadLetter({ redis, keys }, deadLetter.json))
    } catch (error) {
      // A full server refuses the dead letter. An invalid message must not block the others.
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
    // A hook that never settles must not block later messages.
    const work = await withTimeout(Promise.resolve(options.onMessage?.(message, plan)), options.timeout, () =>
      createContentCacheError('CC_HOOK_TIMEOUT', [options.timeout]),
    )
    const { objects = [], routes = [] } = work ?? {}
    const invalidRoute = routes.find((route) => !isRoute(route))
    if (invalidRoute !== undefined)
      throw createContentCacheError('CC_INVALID_ROUTE', [formatValue(invalidRoute)])
    return { objects: getObjectKeys('onMessage', objects), routes }
  } catch (error) {
    emit({ type: 'hook-failed', error })
    return {}
  }
}
