import { runInScope, type ScopeResult } from '../dependencyScope.ts'
import { detachBytes } from '../detachBytes.ts'
import { createContentCacheError } from '../errors.ts'
import type { FragmentRender, StorableOutput } from '../fragmentRenderer.ts'
import { NO_LIMIT } from '../lifetime.ts'
import { commitFill } from './commitFill.ts'
import type { Fill } from './fill.ts'
import type { FillResult } from './pendingFills.ts'

/**
 * Renders the children, and commits the output if it can be stored. A render that hangs still streams to its readers. No new
 * reader joins it, and it is not stored.
 *
 * @param onTimeout receives the result of a fill that takes too long
 * @returns nothing for a fill that has taken too long
 */
export async function renderFill(
  fill: Fill,
  onTimeout: (result: FillResult) => void,
): Promise<FillResult | undefined> {
  const { engine, fragment, request, renderer, scope, lookup, body, metadata } = fill
  const { ttl, swr } = request
  const { fillTimeout } = engine.limits
  if (ttl > 0) scope.limitRelativeLifetime(ttl * 1000, (ttl + swr) * 1000)
  const endInTime = engine.deadlines.start(fillTimeout, () => {
    scope.markUncacheable('timeout', createContentCacheError('CC_FILL_TIMEOUT', [fragment.name, fillTimeout]))
    const final: ScopeResult = { dependencies: new Set(), ...NO_LIMIT, uncacheableReason: 'timeout' }
    metadata.resolve(final)
    onTimeout(refuseFill(fill, final))
  })
  let render: FragmentRender<unknown> | undefined
  try {
    const starting = runInScope(scope, () => renderer.render(scope))
    render = starting instanceof Promise ? await starting : starting
    body.resolve(render)
    await render.complete
  } catch (error) {
    scope.markUncacheable('error', error)
    body.reject(error)
    render = undefined
  }
  const finalizing = scope.finalize()
  const final = finalizing instanceof Promise ? await finalizing : finalizing
  metadata.resolve(final)
  let output: StorableOutput | undefined
  if (render && lookup && !final.uncacheableReason) {
    try {
      output = await render.compact?.()
    } catch (error) {
      engine.events.emit({ type: 'not-compacted', fragment, error })
    }
    output ??= await encodeOutput(fill, render)
  }
  if (!endInTime()) return undefined
  return render && lookup && output && !scope.uncacheable
    ? commitFill(fill, { render, lookup, final, storableOutput: detachOutput(output) })
    : refuseFill(fill, final)
}

/**
 * Encodes output that is not compact. Output that cannot be rendered is refused: its entry would break each page that reads it,
 * until it expires.
 */
async function encodeOutput(
  { scope }: Fill,
  render: FragmentRender<unknown>,
): Promise<StorableOutput | undefined> {
  try {
    return await render.encode()
  } catch (error) {
    scope.markUncacheable('unrenderable', error)
    return undefined
  }
}

/** A small view would keep all of a large buffer alive. */
function detachOutput(output: StorableOutput): StorableOutput {
  const payload = detachBytes(output.payload)
  return payload === output.payload ? output : { ...output, payload }
}

/** Ends a fill whose output is not stored. */
function refuseFill({ engine, fragment, scope, startedAt }: Fill, final: ScopeResult): FillResult {
  const { reason, error } = scope.uncacheable ?? { reason: 'error' as const, error: undefined }
  const durationMs = performance.now() - startedAt
  engine.events.emit({ type: 'uncacheable', fragment, reason, error, durationMs })
  return {
    payload: undefined,
    uncacheableReason: reason,
    dependencies: [...final.dependencies],
    commit: undefined,
    durationMs,
  }
}
