/** A value, or a promise of it. A page may have hundreds of fragments, and each promise costs about as much as a small one. */
export type Awaitable<T> = T | Promise<T>

/** Calls `next` with the value: at once, when it is there. */
export function whenReady<T, R>(source: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return isPromise(source) ? source.then(next) : next(source)
}

/** Promises of a store may come from a library, or from another realm. */
export function isPromise<T>(value: Awaitable<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
