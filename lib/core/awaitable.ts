import { isSettable, Settable, whenSettled } from './settable.ts'

/** A value, or a promise of it. A page may have hundreds of fragments, and a promise for each would cost as much as they do. */
export type Awaitable<T> = T | PromiseLike<T>

/** Runs a task in the async context of a request. */
export type RunInRequest = <T>(task: () => T) => T

/**
 * Calls `next` with the value: at once, when it is there. A pending `Settable` calls `next`, and the readers of the result, in
 * the async context of `run`: its value may be set by code of another request. A promise calls them in the context of this call.
 *
 * @returns without a promise when the source is a value or a `Settable`
 */
export function whenReady<T, R>(
  source: Awaitable<T>,
  next: (value: T) => Awaitable<R>,
  { onError, run = runHere }: WhenReadyOptions<R> = {},
): Awaitable<R> {
  if (!isPromise(source)) return next(source)
  if (!isSettable(source)) return source.then(next, onError)
  if (source.settledValue !== undefined) return next(source.settledValue)
  const result = new Settable<R>()
  const follow = (step: () => Awaitable<R>) =>
    run(() => {
      try {
        settle(result, step())
      } catch (error) {
        result.reject(error)
      }
    })
  source.whenSettled(
    (value) => follow(() => next(value)),
    (error) => {
      if (onError === undefined) run(() => result.reject(error))
      else follow(() => onError(error))
    },
  )
  return result
}

interface WhenReadyOptions<R> {
  /** Called with an error of the source. By default the result rejects with it. */
  readonly onError?: (error: unknown) => Awaitable<R>
  readonly run?: RunInRequest
}

const runHere: RunInRequest = (task) => task()

/** Promises of a store may come from a library, or from another realm. */
export function isPromise<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

function settle<T>(target: Settable<T>, source: Awaitable<T>): void {
  if (isPromise(source))
    whenSettled(
      source,
      (value) => target.resolve(value),
      (error) => target.reject(error),
    )
  else target.resolve(source)
}
