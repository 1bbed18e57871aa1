import { createHash } from 'node:crypto'
import type { DependencyScope } from '../core/dependencyScope.ts'
import { getDigestReason } from './internals/getDigestReason.ts'
import { type NextWork, recordRenderError } from './internals/nextWork.ts'

/**
 * Creates the `onError` of a fragment's render. After any error the output is not stored. The error reaches the page as it would
 * without the fragment. In production it is logged here, once for all pages that wait for the fragment: Next does not log an error
 * that is noted under its digest.
 */
export function createRenderErrorHandler(work: NextWork, scope: DependencyScope): (error: unknown) => void {
  return (error) => {
    const digest = getDigest(error)
    const reason = digest === undefined ? undefined : getDigestReason(digest)
    if (reason !== undefined) {
      // Next itself throws such an error. It is no fault, and stays unchanged.
      scope.markUncacheable(reason, error)
      return
    }
    scope.markUncacheable('error', error)
    // An error with a digest comes from a nested fragment or cache, which has logged it.
    if (!(error instanceof Error) || digest !== undefined) return
    // A frozen error keeps no digest, so Next logs it as well.
    if (Object.isExtensible(error)) {
      const errorWithDigest = Object.assign(error, { digest: hashText(error.message + error.stack) })
      recordRenderError(work, errorWithDigest)
    }
    if (process.env.NODE_ENV === 'production') console.error(error)
  }
}

function getDigest(error: unknown): string | undefined {
  const digest = typeof error === 'object' && error !== null && 'digest' in error ? error.digest : undefined
  return typeof digest === 'string' ? digest : undefined
}

function hashText(text: string): string {
  return String(createHash('sha256').update(text).digest().readUInt32BE())
}
