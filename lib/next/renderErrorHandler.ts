import { createHash } from 'node:crypto'
import type { DependencyScope } from '../core/dependencyScope.ts'
import { getDigestReason } from './internals/getDigestReason.ts'
import { type NextWork, recordRenderError } from './internals/nextWork.ts'

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
    const reason = digest === undefined ? undefined : getDigestReason(digest)
    if (reason !== undefined) {
      // Next itself throws such an error. It is no fault, and stays unchanged.
      scope.markUncacheable(reason, error)
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
