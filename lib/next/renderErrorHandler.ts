import { createHash } from 'node:crypto'
import type { DependencyScope } from '../core/dependencyScope.ts'
import { type NextRequest, recordRenderError } from './internals/nextRequest.ts'

/** Digests by which Next steers rendering; an error that carries one is no fault, and stays as it is. */
const CONTROL_FLOW = /^NEXT_(REDIRECT|HTTP_ERROR_FALLBACK)\b/
const DYNAMIC =
  /^(BAILOUT_TO_CLIENT_SIDE_RENDERING|DYNAMIC_SERVER_USAGE|NEXT_PRERENDER_INTERRUPTED|HANGING_PROMISE_REJECTION)$/

/**
 * The `onError` of a fragment's render. After any error the render is not stored. Errors come out as
 * they would without the fragment: the digest leads Next's own handler to the original, which is logged
 * here in production, as Next expects of the render in which an error happened.
 */
export function createRenderErrorHandler(
  request: NextRequest,
  scope: DependencyScope,
): (error: unknown) => string | undefined {
  return (error) => {
    const digest = getDigest(error)
    if (digest !== undefined && CONTROL_FLOW.test(digest)) {
      scope.markUncacheable('control-flow', error)
      return digest
    }
    if (digest !== undefined && DYNAMIC.test(digest)) {
      scope.markUncacheable('dynamic', error)
      return digest
    }
    scope.markUncacheable('error', error)
    if (!(error instanceof Error)) return hashText(String(error))
    // With a digest it comes from a nested fragment or cache, where it was logged.
    if (digest !== undefined) return digest
    const named = Object.assign(error, { digest: hashText(error.message + error.stack) })
    recordRenderError(request, named)
    if (process.env.NODE_ENV === 'production') console.error(error)
    return named.digest
  }
}

function getDigest(error: unknown): string | undefined {
  const digest = typeof error === 'object' && error !== null && 'digest' in error ? error.digest : undefined
  return typeof digest === 'string' ? digest : undefined
}

function hashText(text: string): string {
  return String(createHash('sha256').update(text).digest().readUInt32BE())
}
