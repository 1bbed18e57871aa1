import { runInScope, type ScopeResult } from '../dependencyScope.ts'
import { detachBytes } from '../detachBytes.ts'
import { createContentCacheError } from '../errors.ts'
import type { FragmentRender } from '../fragmentRenderer.ts'
import { NO_LIMIT } from '../lifetime.ts'
import { createReplayableStream } from '../replayableStream.ts'
import { withTimeout } from '../withTimeout.ts'
import { commitFill } from './commitFill.ts'
import { createFillResult, type Fill } from './fill.ts'
import type { FillResult, StorableOutput } from './pendingFills.ts'

/** The result of a render in which nothing is pending. */
interface RenderResult {
  /** Absent when it could not be started, or took too long. */
  readonly render: FragmentRender | undefined
  readonly payload: Uint8Array | undefined
  readonly final: ScopeResult
  /** The form to store, if the output can be stored. */
  readonly storableOutput: StorableOutput | undefined
}

/** Renders the children, and commits the output if it can be stored. */
export async function renderFill(fill: Fill): Promise<FillResult> {
  const { engine, fragment, request, scope, lookup, startedAt } = fill
  const { ttl, swr } = request
  if (ttl > 0) scope.limitRelativeLifetime(ttl * 1000, (ttl + swr) * 1000)
  const { render, payload, final, storableOutput } = await withFillTimeout(fill, completeRender(fill))
  fill.metadata.resolve(final)
  if (!final.uncacheableReason && render && storableOutput && lookup) {
    return commitFill(fill, { render, lookup, final, storableOutput, payload })
  }
  const { reason, error } = scope.uncacheable ?? { reason: 'error' as const, error: undefined }
  const durationMs = performance.now() - startedAt
  engine.events.emit({ type: 'uncacheable', fragment, reason, error, durationMs })
  return createFillResult(fill, {
    payload,
    uncacheableReason: reason,
    dependencies: [...final.dependencies],
  })
}

async function completeRender(fill: Fill): Promise<RenderResult> {
  const { scope, lookup, metadata } = fill
  const { render, payload } = await renderOutput(fill)
  if (payload) render?.examine?.(payload)
  const final = await scope.finalize()
  metadata.resolve(final)
  const isStorable = render && payload && lookup && !final.uncacheableReason
  const storableOutput = isStorable ? await toStorableOutput(fill, render, payload) : undefined
  return { render, payload, final, storableOutput }
}

/** @returns no payload when the render failed */
async function renderOutput({
  renderer,
  scope,
  body,
}: Fill): Promise<Pick<RenderResult, 'render' | 'payload'>> {
  try {
    const render = await runInScope(scope, () => renderer.render(scope))
    const output = createReplayableStream(render.output, render.edit)
    body.resolve(output)
    return { render, payload: await output.bytes }
  } catch (error) {
    scope.markUncacheable('error', error)
    body.reject(error)
    return { render: undefined, payload: undefined }
  }
}

/**
 * Converts output to its stored form. Output that cannot be rendered is refused: its entry would break each page that
 * reads it, until it expires. The bytes are detached, because a renderer's chunks are small views of a large buffer.
 */
async function toStorableOutput(
  { engine, fragment, scope }: Fill,
  render: FragmentRender,
  payload: Uint8Array,
): Promise<StorableOutput | undefined> {
  try {
    const output = await render.compact?.(payload)
    if (output !== undefined) return { ...output, payload: detachBytes(output.payload) }
  } catch (error) {
    engine.events.emit({ type: 'not-compacted', fragment, error })
  }
  try {
    await render.checkRenders?.(payload)
    return { payload: detachBytes(payload) }
  } catch (error) {
    scope.markUncacheable('unrenderable', error)
    return undefined
  }
}

/** A render that hangs still streams to its readers. No new reader joins it, and it is not stored. */
async function withFillTimeout(
  { engine, fragment, scope }: Fill,
  complete: Promise<RenderResult>,
): Promise<RenderResult> {
  const { fillTimeout } = engine.limits
  let timeoutError: Error | undefined
  try {
    return await withTimeout(complete, fillTimeout, () => {
      timeoutError = createContentCacheError('CC_FILL_TIMEOUT', [fragment.name, fillTimeout])
      return timeoutError
    })
  } catch (error) {
    if (error !== timeoutError) throw error
    scope.markUncacheable('timeout', error)
    const final: ScopeResult = { dependencies: new Set(), ...NO_LIMIT, uncacheableReason: 'timeout' }
    return { render: undefined, payload: undefined, final, storableOutput: undefined }
  }
}
