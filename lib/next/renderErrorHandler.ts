import { createHash } from 'node:crypto'
import type { DependencyScope } from '../core/dependencyScope.ts'
import { type NextWork, recordRenderError } from './internals/nextWork.ts'

/** Digests that Next uses for control flow. An error with such a digest is no fault, and stays unchanged. */
const CONTROL_FLOW = /^NEXT_(REDIRECT|HTTP_ERROR_FALLBACK)\b/
const DYNAMIC =
  /^(BAILOUT_TO_CLIENT_SIDE_RENDERING|DYNAMIC_SERVER_USAGE|NEXT_PRERENDER_INTERRUPTED|HANGING_PROMISE_REJECTION)$/

/**
 * Creates the `onError` of a fragment's render. After any error the output is not stored. An error reaches the page as
 * it would without the fragment: Next's own handler finds the original by its digest. In production the original is
 * logged here, because Next expects each render to log its own errors.
 */
export function createRenderErrorHandler(
  work: NextWork,
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
    // An error with a digest comes from a nested fragment or cache, which has logged it.
    if (digest !== undefined) return digest
    const errorWithDigest = Object.assign(error, { digest: hashText(error.message + error.stack) })
    recordRenderError(work, errorWithDigest)
    if (process.env.NODE_ENV === 'production') console.error(error)
    return errorWithDigest.digest
  }
}

function getDigest(error: unknown): string | undefined {
  const digest = typeof error === 'object' && error !== null && 'digest' in error ? error.digest : undefined
  return typeof digest === 'string' ? digest : undefined
}

function hashText(text: string): string {
  return String(createHash('sha256').update(text).digest().readUInt32BE())
}
