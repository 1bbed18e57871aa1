import type { ChildMetadata } from '../dependencyScope.ts'
import { tryStoreOperation } from '../engine.ts'
import { writeExports } from '../exports/writeExports.ts'
import type { FragmentRender } from '../fragmentRenderer.ts'
import { ENTRY_FORMAT, type Entry, type SharedLookup } from '../fragmentStore.ts'
import { getMakeup } from '../makeup.ts'
import { createFillResult, type Fill } from './fill.ts'
import type { FillResult, StoredOutput } from './pendingFills.ts'

interface RenderedFill {
  readonly render: FragmentRender
  readonly lookup: SharedLookup
  readonly final: ChildMetadata
  readonly storedOutput: StoredOutput
  /** The output as it was rendered, for exports. */
  readonly payload: Uint8Array | undefined
}

/** Stores the output of a fill and writes its exports. */
export async function commitFill(fill: Fill, rendered: RenderedFill): Promise<FillResult> {
  const { engine, fragment, request, key, scope, stored } = fill
  const { render, lookup, storedOutput, payload } = rendered
  const { renderHtml } = render
  const { exports } = request
  stored.resolve(storedOutput)
  const entry = createEntry(fill, rendered)
  const { dependencies } = entry
  const token = scope.token ?? lookup.token
  const commit = await tryStoreOperation(engine, 'commit', () => engine.store.commit(key, entry, token))
  if (commit === 'committed') render.onCommitted?.(storedOutput)
  const result = createFillResult(fill, { payload: storedOutput.payload, dependencies, commit })
  if (commit) {
    const bytes = storedOutput.payload.byteLength
    const composition = { bytes, html: 0, dynamicParts: [], ...getMakeup(storedOutput.payload) }
    engine.events.emit({
      type: 'commit',
      fragment,
      result: commit,
      ...composition,
      durationMs: result.durationMs,
      dependencies,
    })
  }
  if (exports.length > 0 && renderHtml && payload && commit === 'committed') {
    await writeExports(engine, { fragment, exports, entry, token, renderHtml: () => renderHtml(payload) })
  }
  return result
}

function createEntry({ request, scope }: Fill, { lookup, final, storedOutput }: RenderedFill): Entry {
  return {
    format: ENTRY_FORMAT,
    name: request.name,
    createdAt: scope.dataReadSince ?? lookup.now,
    staleAt: final.staleAt,
    discardAt: final.discardAt,
    dependencies: [...final.dependencies],
    route: request.route,
    payload: storedOutput.payload,
  }
}
