import type { ReactNode } from 'react'
import { detachBytes } from '../core/detachBytes.ts'
import { recordMakeup } from '../core/makeup.ts'
import { createReplayableStream } from '../core/replayableStream.ts'
import { compactTree } from '../react/compaction/compactTree.ts'
import type { Output } from './decodedTree.ts'
import type { Flight } from './internals/flight.ts'
import { getHints } from './internals/flightHints.ts'
import { loadHtmlRenderer } from './internals/loadHtmlRenderer.ts'
import type { Manifests } from './internals/manifests.ts'
import { type NextWork, runOutsideRequest } from './internals/nextWork.ts'

interface EncodeContext {
  readonly flight: Flight
  readonly manifests: Manifests
  readonly work: NextWork
}

/**
 * Encodes the compact form of a rendered fragment for the store, preceded by its preload hints.
 *
 * @param root the decoded `payload`
 * @returns the bytes and their decoded form. Without plain markup these are `payload` and `root`
 */
export async function compactOutput(
  payload: Uint8Array,
  root: ReactNode,
  { flight, manifests, work }: EncodeContext,
): Promise<{ readonly bytes: Uint8Array; readonly output: Output }> {
  const renderToString = await loadHtmlRenderer()
  // Outside the request, because a prerender fails when code reads the time or a random number.
  const { form, htmlCount, makeup } = await compactTree(root, (node) =>
    runOutsideRequest(work, renderToString, node),
  )
  if (htmlCount === 0) {
    const storedBytes = detachBytes(payload)
    recordMakeup(storedBytes, makeup)
    return { bytes: storedBytes, output: root }
  }
  let hasFailed = false
  let failure: unknown
  const bytes = await createReplayableStream(
    flight.encode(form, manifests, (error) => {
      hasFailed = true
      failure = error
      return undefined
    }),
  ).bytes
  if (hasFailed) throw failure
  const hints = getHints(payload)
  const storedBytes = detachBytes(hints ? Buffer.concat([hints.rows, bytes]) : bytes)
  recordMakeup(storedBytes, makeup)
  return { bytes: storedBytes, output: form }
}
