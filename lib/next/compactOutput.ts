import type { ReactNode } from 'react'
import { noteMakeup } from '../core/makeup.ts'
import { ownBytes } from '../core/ownBytes.ts'
import { replay } from '../core/replay.ts'
import { compact } from '../react/compaction/compact.ts'
import type { Output } from './decoded.ts'
import type { Flight } from './internals/flight.ts'
import { hintsOf } from './internals/flightHints.ts'
import { loadHtmlRenderer } from './internals/htmlRenderer.ts'
import type { Manifests } from './internals/manifests.ts'
import type { WorkStore } from './internals/storages.ts'

interface Surroundings {
  readonly flight: Flight
  readonly manifests: Manifests
  readonly workStore: WorkStore
}

/**
 * What is stored of a rendered fragment: its compact form, encoded, with what it has a browser load ahead.
 *
 * @param root what `payload` decodes to
 * @returns it, and what it decodes to; the payload itself where there is no plain markup in it
 */
export async function compactOutput(
  payload: Uint8Array,
  root: ReactNode,
  { flight, manifests, workStore }: Surroundings,
): Promise<{ readonly bytes: Uint8Array; readonly output: Output }> {
  const renderToString = await loadHtmlRenderer()
  // Out of reach of the request, whose prerender nothing random must meet.
  const { form, pieces, makeup } = await compact(root, (node) =>
    workStore.runInCleanSnapshot(renderToString, node),
  )
  if (pieces === 0) {
    const stored = ownBytes(payload)
    noteMakeup(stored, makeup)
    return { bytes: stored, output: root }
  }
  let failed = false
  let failure: unknown
  const bytes = await replay(
    flight.encode(form, manifests, (error) => {
      failed = true
      failure = error
      return undefined
    }),
  ).bytes
  if (failed) throw failure
  const hints = hintsOf(payload)
  const stored = ownBytes(hints ? Buffer.concat([hints.rows, bytes]) : bytes)
  noteMakeup(stored, makeup)
  return { bytes: stored, output: form }
}
