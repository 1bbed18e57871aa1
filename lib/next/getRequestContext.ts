import { createFragmentRequest, type FragmentRequest } from '../core/fragmentRequest.ts'
import type { Entry } from '../core/fragmentStore.ts'
import type { HostFreshnessCheck } from '../core/freshness.ts'
import type { RequestContext } from '../core/requestContext.ts'
import type { RebuildContext } from '../core/serve/requeueIfNotStored.ts'
import type { FragmentProps } from '../react/fragmentHost.ts'
import { createBuildVersion, createUserVersion } from './buildVersion.ts'
import { checkTags } from './internals/checkTags.ts'
import type { NextWork } from './internals/nextWork.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { hasSeveralPasses, isFallbackShell } from './internals/renderUnit.ts'
import { getRequestScope, now } from './requestScope.ts'
import { fromDataTag } from './toDataTag.ts'
import { getNextTags } from './toNextTag.ts'

/** @throws {ContentCacheTypeError} for an invalid `name`, `vary`, `version`, `ttl`, `swr`, `exportAs` */
export function toFragmentRequest(work: NextWork, props: FragmentProps): FragmentRequest {
  const { name, vary, version, ttl, swr, exportAs } = props
  return createFragmentRequest({
    name,
    vary,
    version: version === undefined ? createBuildVersion(work) : toVersion(version, work),
    ttl,
    swr,
    exportAs,
  })
}

/**
 * Keeps versions of the site apart from build versions. An invalid version stays as it is, and `createFragmentRequest`
 * refuses it.
 */
function toVersion(version: unknown, work: NextWork): string {
  const isValid = typeof version === 'string' && version !== ''
  return isValid ? createUserVersion(version, work) : (version as string)
}

/**
 * The request in the terms of the engine. The fragments of a page share it, unless an expiry in a Server Action has changed
 * `dataReadSince`, or the fragments belong to different parts of the page.
 */
export function getRequestContext(
  { work, unit, storedByHost }: RenderContext,
  rebuild: RebuildContext | undefined,
): RequestContext {
  const scope = getRequestScope(work)
  const { dataReadSince } = scope
  const exclusive = isFallbackShell(unit)
  const passCache = hasSeveralPasses(unit) ? scope.passCache : undefined
  const last = scope.context
  if (
    last !== undefined &&
    last.dataReadSince === dataReadSince &&
    last.storedByHost === storedByHost &&
    last.rebuild === rebuild &&
    last.exclusive === exclusive &&
    last.passCache === passCache
  ) {
    return last
  }
  const checkHostFreshness = createFreshnessCheck(work)
  const context = {
    dataReadSince,
    now,
    checkHostFreshness,
    storedByHost,
    rebuild,
    requestScope: scope,
    exclusive,
    passCache,
  }
  scope.context = context
  return context
}

/** Creates the check whether Next has revalidated a tag of an entry. */
export function createFreshnessCheck(work: NextWork): HostFreshnessCheck {
  return ({ dependencies }: Entry, ageMs, markedStale) => {
    const tags = getNextTags(dependencies)
    // A refresh expires the data, so that the next fill reads it again. Until then the fragment is served unchanged. An
    // expiry of the same object would have removed the fragment.
    const relevantTags = markedStale ? tags.filter((tag) => fromDataTag(tag) === undefined) : tags
    return checkTags(work, relevantTags, now() - ageMs)
  }
}
