import type { ScopeResult } from '../dependencyScope.ts'
import { tryStoreOperation } from '../engine.ts'
import { writeExports } from '../exports/writeExports.ts'
import type { FragmentRender, StorableOutput } from '../fragmentRenderer.ts'
import { ENTRY_FORMAT, type Entry, type SharedLookup } from '../fragmentStore.ts'
import { getMakeup } from '../makeup.ts'
import { createFillResult, type Fill } from './fill.ts'
import type { FillResult } from './pendingFills.ts'

interface RenderedFill {
  readonly render: FragmentRender<unknown>
  readonly lookup: SharedLookup
  readonly final: ScopeResult
  readonly storableOutput: StorableOutput
}

/** Stores the output of a fill and writes its exports. */
export async function commitFill(fill: Fill, rendered: RenderedFill): Promise<FillResult> {
  const { engine, fragment, request, key, scope } = fill
  const { render, lookup, storableOutput } = rendered
  const { renderHtml } = render
  const { exports } = request
  fill.storableOutput.resolve(storableOutput)
  const entry = createEntry(fill, rendered)
  const { dependencies } = entry
  const token = scope.token ?? lookup.token
  const commit = await tryStoreOperation(engine, 'commit', () => engine.store.commit(key, entry, token))
  if (commit === 'committed') render.onCommitted?.(storableOutput)
  const result = createFillResult(fill, { payload: storableOutput.payload, dependencies, commit })
  if (commit) {
    const bytes = storableOutput.payload.byteLength
    const composition = { bytes, html: 0, dynamicParts: [], ...getMakeup(storableOutput.payload) }
    engine.events.emit({
      type: 'commit',
      fragment,
      result: commit,
      ...composition,
      durationMs: result.durationMs,
      dependencies,
    })
  }
  if (exports.length > 0 && renderHtml && commit === 'committed') {
    await writeExports(engine, { fragment, exports, entry, token, renderHtml })
  }
  return result
}

function createEntry({ request, scope }: Fill, { lookup, final, storableOutput }: RenderedFill): Entry {
  return {
    format: ENTRY_FORMAT,
    name: request.name,
    createdAt: scope.storeDataReadSince ?? lookup.now,
    staleAt: final.staleAt,
    discardAt: final.discardAt,
    dependencies: [...final.dependencies],
    route: request.route,
    payload: storableOutput.payload,
  }
}
