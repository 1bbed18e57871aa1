import { createFragmentRequest, type FragmentRequest } from '../core/fragmentRequest.ts'
import type { Entry } from '../core/fragmentStore.ts'
import type { HostFreshnessCheck } from '../core/freshness.ts'
import type { RequestContext } from '../core/requestContext.ts'
import type { RebuildContext } from '../core/serve/requeueIfNotStored.ts'
import type { FragmentProps } from '../react/fragmentHost.ts'
import { createBuildVersion, createUserVersion } from './buildVersion.ts'
import { checkTags } from './internals/checkTags.ts'
import type { NextRequest } from './internals/nextRequest.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { hasSeveralPasses, isFallbackShell } from './internals/renderUnit.ts'
import { getRequestScope, now } from './requestScope.ts'
import { fromDataTag } from './toDataTag.ts'
import { getNextTags } from './toNextTag.ts'

/** @throws {ContentCacheTypeError} for bad `name`, `vary`, `version`, `ttl`, `swr`, `exportAs` */
export function toFragmentRequest(request: NextRequest, props: FragmentProps): FragmentRequest {
  const { name, vary, version, ttl, swr, exportAs } = props
  return createFragmentRequest({
    name,
    vary,
    version: version === undefined ? createBuildVersion(request) : namespaceVersion(version),
    ttl,
    swr,
    exportAs,
  })
}

/** A version of the user's own never meets a build id. */
function namespaceVersion(version: unknown): string {
  return typeof version === 'string' && version !== '' ? createUserVersion(version) : (version as string)
}

/** The request as the engine sees it while it serves a fragment: an expiry in a Server Action changes its start. */
export function createRequestContext(
  { request, unit, storedByHost }: RenderContext,
  rebuild: RebuildContext | undefined,
): RequestContext {
  const scope = getRequestScope(request)
  return {
    startedAt: scope.dataReadSince,
    now,
    checkHostFreshness: createFreshnessCheck(request),
    storedByHost,
    rebuild,
    requestScope: scope,
    exclusive: isFallbackShell(unit),
    passCache: hasSeveralPasses(unit) ? scope.passCache : undefined,
  }
}

/** Whether Next has revalidated a tag of the entry. */
export function createFreshnessCheck(request: NextRequest): HostFreshnessCheck {
  return ({ dependencies }: Entry, ageMs, refreshed) => {
    const tags = getNextTags(dependencies)
    // A refresh expires the data, so that the next fill reads it again. Until then the fragment is shown as it is. An
    // expiry of the same object would have removed the fragment.
    const judged = refreshed ? tags.filter((tag) => fromDataTag(tag) === undefined) : tags
    return checkTags(request, judged, now() - ageMs)
  }
}
