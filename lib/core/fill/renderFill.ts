import { type Awaitable, isPromise } from '../awaitable.ts'
import { runInScope, type ScopeResult } from '../dependencyScope.ts'
import { detachBytes } from '../detachBytes.ts'
import { createContentCacheError } from '../errors.ts'
import type { FragmentRender, StorableOutput } from '../fragmentRenderer.ts'
import { NO_LIMIT } from '../lifetime.ts'
import { whenSettled } from '../settable.ts'
import { commitFill } from './commitFill.ts'
import { type Fill, failFill } from './fill.ts'
import type { FillResult } from './pendingFills.ts'

/**
 * Renders the children, and commits the output if it can be stored. A render that hangs still streams to its readers. No new
 * reader joins it, and it is not stored.
 *
 * @param onEnd receives the result, also when the fill takes too long. Called once
 */
export function renderFill(fill: Fill, onEnd: (result: FillResult) => void): void {
  new FillSteps(fill, onEnd).start()
}

/** The steps of a fill. Each calls the next one when it can, because an async function would need a promise for each. */
class FillSteps {
  readonly #fill: Fill
  readonly #onEnd: (result: FillResult) => void
  #endDeadline: (() => void) | undefined
  #isEnded = false
  #isInRequest = true
  #render: FragmentRender<unknown> | undefined

  constructor(fill: Fill, onEnd: (result: FillResult) => void) {
    this.#fill = fill
    this.#onEnd = onEnd
  }

  start(): void {
    const { engine, fragment, request, renderer, scope, metadata } = this.#fill
    const { ttl, swr } = request
    const { fillTimeout } = engine.limits
    if (ttl > 0) scope.limitRelativeLifetime(ttl * 1000, (ttl + swr) * 1000)
    this.#endDeadline = engine.deadlines.start(fillTimeout, () => {
      scope.markUncacheable(
        'timeout',
        createContentCacheError('CC_FILL_TIMEOUT', [fragment.name, fillTimeout]),
      )
      const final: ScopeResult = { dependencies: new Set(), ...NO_LIMIT, uncacheableReason: 'timeout' }
      metadata.resolve(final)
      this.#finish(() => refuseFill(this.#fill, final))
    })
    try {
      const starting = runInScope(scope, () => renderer.render(scope))
      if (isPromise(starting)) starting.then(this.#onRender, this.#onRenderError)
      else this.#onRender(starting)
    } catch (error) {
      this.#onRenderError(error)
    }
    this.#isInRequest = false
  }

  readonly #onRender = (render: FragmentRender<unknown>): void => {
    this.#render = render
    this.#fill.body.resolve(render)
    whenSettled(render.complete, this.#finalize, this.#onRenderError)
  }

  readonly #onRenderError = (error: unknown): void => {
    const { scope, body } = this.#fill
    scope.markUncacheable('error', error)
    body.reject(error)
    this.#render = undefined
    this.#finalize()
  }

  readonly #finalize = (): void => {
    this.#take(() => {
      const finalizing = this.#fill.scope.finalize()
      if (isPromise(finalizing)) finalizing.then(this.#convert, this.#fail)
      else this.#convert(finalizing)
    })
  }

  /** Converts the output to the form in which it is stored. */
  readonly #convert = (final: ScopeResult): void => {
    this.#take(() => {
      const { engine, fragment, lookup, metadata } = this.#fill
      const render = this.#render
      metadata.resolve(final)
      if (render === undefined || lookup === undefined || final.uncacheableReason) {
        this.#end(final, undefined)
        return
      }
      const onOutput = (output: StorableOutput | undefined) => this.#take(() => this.#end(final, output))
      const encode = () => encodeOutput(this.#fill, render).then(onOutput, this.#fail)
      const onCompactError = (error: unknown) => {
        engine.events.emit({ type: 'not-compacted', fragment, error })
        encode()
      }
      const compacting = compactSafely(render)
      if (compacting === undefined) encode()
      else whenSettled(compacting, onOutput, onCompactError)
    })
  }

  #end(final: ScopeResult, output: StorableOutput | undefined): void {
    const fill = this.#fill
    const render = this.#render
    const { lookup, scope } = fill
    if (render === undefined || lookup === undefined || output === undefined || scope.uncacheable) {
      this.#finish(() => refuseFill(fill, final))
      return
    }
    this.#finish(() => commitFill(fill, { render, lookup, final, storableOutput: detachOutput(output) }))
  }

  /** Ends the fill once: whatever comes after its time limit is too late. */
  #finish(getResult: () => Awaitable<FillResult>): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#endDeadline?.()
    const fail = (error: unknown) => failFill(this.#fill, error)
    let result: Awaitable<FillResult>
    try {
      result = getResult()
    } catch (error) {
      result = fail(error)
    }
    if (isPromise(result)) whenSettled(result, this.#onEnd, (error) => this.#onEnd(fail(error)))
    else this.#onEnd(result)
  }

  /** Takes a step in the context of the request. An unexpected error ends the fill, so that no reader waits forever. */
  #take(step: () => void): void {
    const { runInRequest } = this.#fill
    const wasInRequest = this.#isInRequest
    try {
      this.#isInRequest = true
      if (wasInRequest) step()
      else runInRequest(step)
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#isInRequest = wasInRequest
    }
  }

  readonly #fail = (error: unknown): void => this.#finish(() => failFill(this.#fill, error))
}

function compactSafely(render: FragmentRender<unknown>): PromiseLike<StorableOutput> | undefined {
  try {
    return render.compact?.()
  } catch (error) {
    return Promise.reject(error)
  }
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
