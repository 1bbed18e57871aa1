/** As React keeps them on promises that it knows, and Flight on those that it decodes. */
interface TrackedPromise<T> extends Promise<T> {
  status?: string
  value?: T
}

/**
 * What a promise has resolved with; nothing where the page broke off before it did. In place of React's `use`,
 * which must be called again by the render that has no need of it any more.
 *
 * @throws the promise while it is pending, for React to wait for
 */
export function readPromise<T>(promise: TrackedPromise<T>): T | undefined {
  // A promise of Flight's finds out now what has come.
  promise.then(
    (value) => Object.assign(promise, { status: 'fulfilled', value }),
    () => Object.assign(promise, { status: 'fulfilled', value: undefined }),
  )
  if (promise.status === 'fulfilled') return promise.value
  throw promise
}
