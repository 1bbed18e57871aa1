import type { FragmentRenderer } from '../fragmentRenderer.ts'
import { createResolved } from '../settable.ts'
import type { PassEntry } from './prerenderPasses.ts'
import type { ServeResult } from './serveContext.ts'

/** Serves the output of an earlier pass. */
export async function servePassEntry<T>(
  { body, now, metadata, report }: PassEntry,
  renderer: FragmentRenderer<T>,
): Promise<ServeResult<T>> {
  const value =
    'read' in body ? ((await body.read()) as T) : await renderer.decode(body.payload, body.decoded)
  return { value, now, metadata: createResolved(metadata), report: createResolved(report) }
}
