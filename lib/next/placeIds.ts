import { randomUUID } from 'node:crypto'
import type { Capture } from '../core/capture.ts'
import { isCompact } from '../react/compaction/compact.ts'
import { type IdsInPlace, idsInPlace } from '../react/ids/idsInPlace.ts'
import { remarked } from '../react/ids/remarked.ts'
import type { Output } from './decoded.ts'
import type { Situation } from './internals/situation.ts'

/** The ids of a fragment that is put into a render of Next's. Each pass of a prerender is one of its own. */
export function placeIds({ unit, workStore, embed }: Situation, capture: Capture | undefined): IdsInPlace {
  // Next shows what a `'use cache'` function made on any page, beside the same fragment, without asking here.
  const isNextCache =
    capture === undefined && embed && (unit.type === 'cache' || unit.type === 'private-cache')
  const name = isNextCache ? () => workStore.runInCleanSnapshot(randomUUID) : undefined
  return idsInPlace({ render: unit, capture, name })
}

/** A decoded copy in which ids were renamed. */
export function outputOfCopy(output: Output): Output {
  return isCompact(output) ? remarked(output) : output
}
