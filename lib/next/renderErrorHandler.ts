import { createHash } from 'node:crypto'
import type { Capture } from '../core/capture.ts'
import type { WorkStore } from './internals/storages.ts'

/** Digests by which Next steers rendering; an error that carries one is no fault, and stays as it is. */
const CONTROL_FLOW = /^NEXT_(REDIRECT|HTTP_ERROR_FALLBACK)\b/
const DYNAMIC =
  /^(BAILOUT_TO_CLIENT_SIDE_RENDERING|DYNAMIC_SERVER_USAGE|NEXT_PRERENDER_INTERRUPTED|HANGING_PROMISE_REJECTION)$/

/**
 * The `onError` of a fragment's render: whatever it is told of, the render is not stored. Errors come out as
 * they would without the fragment: the digest leads Next's own handler to the original, which is logged
 * here in production, as Next expects of the render in which an error happened.
 */
export function renderErrorHandler(
  workStore: WorkStore,
  capture: Capture,
): (error: unknown) => string | undefined {
  return (error) => {
    const digest = digestOf(error)
    if (digest !== undefined && CONTROL_FLOW.test(digest)) {
      capture.refuse('control-flow', error)
      return digest
    }
    if (digest !== undefined && DYNAMIC.test(digest)) {
      capture.refuse('dynamic', error)
      return digest
    }
    capture.refuse('error', error)
    if (!(error instanceof Error)) return hashOf(String(error))
    // With a digest it comes from a nested fragment or cache, where it was logged.
    if (digest !== undefined) return digest
    const named = Object.assign(error, { digest: hashOf(error.message + error.stack) })
    workStore.reactServerErrorsByDigest?.set(named.digest, named)
    if (process.env.NODE_ENV === 'production') console.error(error)
    return named.digest
  }
}

function digestOf(error: unknown): string | undefined {
  const digest = typeof error === 'object' && error !== null && 'digest' in error ? error.digest : undefined
  return typeof digest === 'string' ? digest : undefined
}

function hashOf(text: string): string {
  return String(createHash('sha256').update(text).digest().readUInt32BE())
}
