import { isSettable, Settable, whenSettled } from './settable.ts'

/** A value, or a promise of it. A page may have hundreds of fragments, and a promise for each would cost as much as they do. */
export type Awaitable<T> = T | PromiseLike<T>

/**
 * Calls `next` with the value: at once, when it is there.
 *
 * A `Settable` calls `next` in the async context of the code that sets its value, and a promise in that of this call.
 *
 * @returns without a promise when the source is a value or a `Settable`
 */
export function whenReady<T, R>(
  source: Awaitable<T>,
  next: (value: T) => Awaitable<R>,
  onError?: (error: unknown) => Awaitable<R>,
): Awaitable<R> {
  if (!isPromise(source)) return next(source)
  if (!isSettable(source)) return source.then(next, onError)
  if (source.value !== undefined) return next(source.value)
  const result = new Settable<R>()
  const follow = (step: () => Awaitable<R>) => {
    try {
      settle(result, step())
    } catch (error) {
      result.reject(error)
    }
  }
  source.whenSettled(
    (value) => follow(() => next(value)),
    (error) => (onError === undefined ? result.reject(error) : follow(() => onError(error))),
  )
  return result
}

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
