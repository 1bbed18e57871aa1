import { type Awaitable, whenReady } from '../awaitable.ts'
import type { ScopeResult } from '../dependencyScope.ts'
import { tryStoreOperation } from '../engine.ts'
import { writeExports } from '../exports/writeExports.ts'
import type { FragmentRender, StorableOutput } from '../fragmentRenderer.ts'
import {
  type CommitResult,
  ENTRY_FORMAT,
  type Entry,
  type SharedLookup,
  type Token,
} from '../fragmentStore.ts'
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
export function commitFill(fill: Fill, rendered: RenderedFill): Awaitable<FillResult> {
  const { engine, key, scope } = fill
  const { lookup, storableOutput } = rendered
  fill.storableOutput.resolve(storableOutput)
  const entry = createEntry(fill, rendered)
  const token = scope.token ?? lookup.token
  const committing = tryStoreOperation(engine, 'commit', () => engine.store.commit(key, entry, token))
  return whenReady(committing, (commit) => endCommit(fill, rendered, { entry, token, commit }), {
    run: fill.runInRequest,
  })
}

interface Commit {
  readonly entry: Entry
  readonly token: Token
  readonly commit: CommitResult | undefined
}

function endCommit(
  fill: Fill,
  { render, storableOutput }: RenderedFill,
  { entry, token, commit }: Commit,
): Awaitable<FillResult> {
  const { engine, fragment, request } = fill
  const { renderHtml } = render
  const { exports } = request
  const { payload } = storableOutput
  const { dependencies } = entry
  if (commit === 'committed') render.onCommitted?.(storableOutput)
  const result = createFillResult(fill, { payload, dependencies, commit })
  if (commit) {
    const composition = { bytes: payload.byteLength, html: 0, dynamicParts: [], ...getMakeup(payload) }
    engine.events.emit({
      type: 'commit',
      fragment,
      result: commit,
      ...composition,
      durationMs: result.durationMs,
      dependencies,
    })
  }
  if (exports.length === 0 || renderHtml === undefined || commit !== 'committed') return result
  return writeExports(engine, { fragment, exports, entry, token, renderHtml }).then(() => result)
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
