import { useSyncExternalStore } from 'react'

// What React does in a browser beyond its documentation. Client code may import this file: it brings nothing else along.

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
  const track = (value?: T) => {
    Object.assign(promise, { status: 'fulfilled', value })
  }
  promise.then(track, () => track())
  if (promise.status === 'fulfilled') return promise.value
  throw promise
}

/** @param getHtml is called when React mounts the element, and never while it hydrates */
export function createHtmlGetterProps(getHtml: () => string) {
  return {
    dangerouslySetInnerHTML: { __html: { toString: getHtml } },
    // In development React would compare it all the same.
    suppressHydrationWarning: true,
  }
}

const subscribe = () => () => {}
const snapshot = () => null

/**
 * Whether this very render takes over what the server has rendered. React asks for the snapshot of the server
 * then and only then; as both are the same, it need not render again.
 */
export function useIsHydrating(): boolean {
  let isHydrating = false
  useSyncExternalStore(subscribe, snapshot, () => {
    isHydrating = true
    return null
  })
  return isHydrating
}
