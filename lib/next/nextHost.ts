import type { ReactNode } from 'react'
import { type Awaitable, isPromise, whenReady } from '../core/awaitable.ts'
import { createDeferred } from '../core/deferred.ts'
import { getCurrentScope } from '../core/dependencyScope.ts'
import type { Engine } from '../core/engine.ts'
import { createContentCacheError } from '../core/errors.ts'
import type { BypassReason } from '../core/events.ts'
import { snapshotContext } from '../core/runDetached.ts'
import type { ServeResult } from '../core/serve/serveContext.ts'
import { type SyncServeOptions, serveFragmentSync } from '../core/serve/serveFragmentSync.ts'
import { registerElementWithBehaviours } from '../react/compaction/createElements.ts'
import type { CompactOptions } from '../react/compactOptions.ts'
import type { FragmentHost, FragmentProps } from '../react/fragmentHost.ts'
import type { PlacedIds } from '../react/ids/placedIds.ts'
import { renameLiveTree } from '../react/ids/renameLiveTree.ts'
import { applyToEnclosingCache, limitEnclosingCache, type TagTarget } from './applyToEnclosingCache.ts'
import { ElementWithBehaviours } from './client/ElementWithBehaviours.ts'
import { createNextPlacedIds } from './createNextPlacedIds.ts'
import type { OutputWithHints } from './decodedTree.ts'
import { peekDecodedTree } from './decodedTreeCache.ts'
import { rememberKeys } from './detectUnmatchedKeys.ts'
import { emitHints } from './emitHints.ts'
import { followExpiries } from './followExpiries.ts'
import { rememberUrl } from './getFragmentRoute.ts'
import { getRebuildContext } from './getRebuildContext.ts'
import { createFreshnessCheck, toFragmentRequest } from './getRequestContext.ts'
import { isPageValidation } from './internals/isPageValidation.ts'
import { getRoutePattern, isBuildTime } from './internals/nextWork.ts'
import { getRenderContext, type RenderContext } from './internals/renderContext.ts'
import { beginCacheRead } from './internals/renderUnit.ts'
import { registerHtmlSource } from './readDocumentHtml.ts'
import { registerOutside, warnIfIgnored } from './registerOutside.ts'
import type { RenderedContent } from './renderedContent.ts'
import { getCurrentRequestScope, getRequestScope, now } from './requestScope.ts'
import { serveInNext } from './serveInNext.ts'
import { serveUncached } from './serveUncached.ts'
import { toNestedElement } from './toNestedElement.ts'
import { toElements, toPageElement } from './toPageElement.ts'
import { warnOnce } from './warnOnce.ts'

/**
 * The supported versions of Next, for messages. The peer range in package.json is the same, and also lists prereleases
 * of later versions, because npm accepts only those that are listed.
 */
export const SUPPORTED_NEXT = '>=16.1.0'

const inDevelopment = process.env.NODE_ENV === 'development'

interface NextHostOptions {
  readonly namespace: string
  readonly rebuildSecret: string | undefined
  /** The options of fragments that have none. */
  readonly compact: CompactOptions | undefined
}

/**
 * Creates the host that renders fragments inside Next.
 */
export function createNextHost(
  engine: Engine,
  { namespace, rebuildSecret, compact }: NextHostOptions,
): FragmentHost {
  const tagTarget: TagTarget = { store: engine.store, namespace }
  registerHtmlSource(
    // A validation needs no HTML, because its output is not shown.
    (id) =>
      getCurrentRequestScope()?.documentHtml.markShown(id) ?? (isPageValidation() ? { html: [] } : undefined),
  )

  registerElementWithBehaviours(ElementWithBehaviours)

  function emitBypass({ name }: FragmentProps, reason: BypassReason, error?: Error) {
    const fragment = { name, key: name, parent: undefined }
    engine.events.emit({ type: 'bypass', fragment, reason, ...(error && { error }) })
  }

  return {
    registerOutside(objects) {
      const registeredKeys = registerOutside(objects, tagTarget)
      if (inDevelopment) rememberKeys(registeredKeys)
    },
    ...(inDevelopment && {
      onRegister(keys: readonly string[]) {
        rememberKeys(keys)
        warnIfIgnored(keys)
      },
    }),
    render(props, children) {
      const renderContext = getRenderContext()
      if (typeof renderContext === 'string' || 'missing' in renderContext) {
        if (typeof renderContext === 'string') emitBypass(props, renderContext)
        else {
          const error = createContentCacheError('CC_NEXT_MOVED', [renderContext.missing, SUPPORTED_NEXT])
          emitBypass(props, 'next-moved', error)
          warnOnce('CC_NEXT_MOVED', () => console.error(error))
        }
        // Pages follow expiries even where no fragment is cached.
        if (renderContext !== 'outside-next') followExpiries(engine, namespace)
        return serveUncached(props, children, engine, namespace)
      }
      if (!isBuildTime(renderContext.work)) followExpiries(engine, namespace)
      rememberUrl(renderContext)
      const requestScope = getRequestScope(renderContext.work)
      const { reports } = requestScope
      const rebuild = getRebuildContext(engine, renderContext, rebuildSecret)
      const parentScope = getCurrentScope()
      const isNested = parentScope !== undefined
      const ids = createNextPlacedIds(renderContext, parentScope)
      const { work } = renderContext
      const toElement = (result: OutputWithHints) => {
        if (parentScope !== undefined) return toNestedElement(result, { ids, scope: parentScope, work })
        const { content } = result
        if (content !== undefined && content.nonces !== requestScope.nonces) takeHints(content)
        const { output, hints } = renameOutput(result, ids)
        return props.compact === false ? toElements(output) : toPageElement(output, hints, renderContext)
      }
      const fragmentRequest = toFragmentRequest(renderContext.work, props)
      const syncResult =
        renderContext.storedByHost || rebuild !== undefined || isNested
          ? undefined
          : serveFragmentSync(engine, fragmentRequest, createSyncOptions(engine, renderContext, ids))
      if (syncResult !== undefined) {
        reports.add(syncResult.report)
        // Elements come without our component, which would load the hints ahead.
        if (props.compact === false && syncResult.value.hints) emitHints(syncResult.value.hints)
        return toElement(syncResult.value)
      }
      const endReport = reports.reserve()
      const prerenderGap = renderContext.storedByHost ? createDeferred<'gap'>() : undefined
      const onPrerenderGap = () => prerenderGap?.resolve('gap')
      const onServed = ({ value, report }: ServeResult<OutputWithHints>) => {
        report.whenSettled(endReport)
        return toElement(value)
      }
      const onError = (error: unknown): never => {
        endReport()
        throw error
      }
      let served: Awaitable<ServeResult<OutputWithHints>>
      try {
        served = serveInNext(
          { engine, renderContext, ids, rebuild, siteCompact: compact, onPrerenderGap },
          fragmentRequest,
          props,
          children,
        )
      } catch (error) {
        return onError(error)
      }
      if (prerenderGap) served = serveForHostCache(renderContext, tagTarget, served, prerenderGap.promise)
      const element = whenReady(served, onServed, { onError })
      // React would note its progress on a promise that is not native.
      return isPromise(element) && !isNested ? Promise.resolve(element) : (element as ReactNode)
    },
  }
}

/** Another request has started the fill, and gets its hints. */
function takeHints(content: RenderedContent): void {
  const runInRequest = snapshotContext()
  content.watchHints((hint) => runInRequest(() => emitHints([hint])))
}

/** Gives a fragment that is shown a second time, while it is rendered, ids of its own. */
function renameOutput(result: OutputWithHints, ids: PlacedIds): OutputWithHints {
  if (result.content === undefined || !ids.hasOtherIdsThanEntry) return result
  return { ...result, output: renameLiveTree(result.content.live, ids.rename) }
}

function createSyncOptions(
  { store }: Engine,
  { work }: RenderContext,
  ids: PlacedIds,
): SyncServeOptions<OutputWithHints> {
  return {
    checkHostFreshness: createFreshnessCheck(work),
    peekDecoded(payload, key) {
      ids.countCopy(key)
      if (ids.mustRename(payload)) return undefined
      return peekDecodedTree(store, payload, getRoutePattern(work))
    },
  }
}

/** In a page or cache that Next stores, all metadata must be known before the output is handed over. */
async function serveForHostCache(
  renderContext: RenderContext,
  tagTarget: TagTarget,
  pending: Awaitable<ServeResult<OutputWithHints>>,
  prerenderGap: Promise<'gap'>,
): Promise<ServeResult<OutputWithHints>> {
  const { unit } = renderContext
  const startedAt = performance.now()
  const endCacheRead = beginCacheRead(unit)
  try {
    const final = Promise.resolve(pending).then(async (served) => {
      return { served, metadata: await served.metadata.promise, report: await served.report.promise }
    })
    const result = await Promise.race([final, prerenderGap])
    // A promise that never resolves marks a hole in a prerender for React.
    if (result === 'gap') return new Promise<never>(() => {})
    // Lifetimes count on the store's clock, which has advanced since the lookup.
    const { served, metadata, report } = result
    const storeTime = served.now === undefined ? now() : served.now + (performance.now() - startedAt)
    applyToEnclosingCache(renderContext, metadata, storeTime, tagTarget)
    if (!report.stored) limitEnclosingCache(unit, metadata.uncacheableReason)
    return served
  } finally {
    endCacheRead()
  }
}
