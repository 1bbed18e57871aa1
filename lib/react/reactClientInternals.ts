import * as React from 'react'
import { useSyncExternalStore } from 'react'

// Undocumented behaviour of React in browsers. Client code may import this file, because it imports only React.

/** React keeps these fields on promises that it tracks, and Flight on promises that it decodes. */
interface TrackedPromise<T> extends Promise<T> {
  status?: string
  value?: T
}

/**
 * Reads the value of a promise, or `undefined` if the page broke off before the promise was fulfilled. Unlike React's
 * `use`, it need not be called in later renders that no longer need the value.
 *
 * @throws the promise while it is pending, so that React waits for it
 */
export function readPromise<T>(promise: TrackedPromise<T>): T | undefined {
  // `then` makes a promise of Flight process the rows that have arrived.
  const track = (value?: T) => {
    Object.assign(promise, { status: 'fulfilled', value })
  }
  promise.then(track, () => track())
  if (promise.status === 'fulfilled') return promise.value
  throw promise
}

/** @param getHtml called when React mounts the element, and never during hydration */
export function createHtmlGetterProps(getHtml: () => string) {
  return {
    dangerouslySetInnerHTML: { __html: { toString: getHtml } },
    // In development React would compare the HTML during hydration.
    suppressHydrationWarning: true,
  }
}

const subscribe = () => () => {}
const snapshot = () => null

/**
 * Returns whether the current render hydrates the server's HTML. In a browser, React calls the third argument only
 * during hydration. Both snapshots are equal, so React does not render again.
 */
export function useIsHydrating(): boolean {
  let isHydrating = false
  useSyncExternalStore(subscribe, snapshot, () => {
    isHydrating = true
    return null
  })
  return isHydrating
}

interface ReactInternals {
  /** The implementation of the hooks while a component renders. */
  H: Record<string, unknown> | null
}

const INTERNALS = '__CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE'

/**
 * Called while a component renders. Reports each hook that is called until React ends its current work.
 *
 * @returns whether this version of React has its hooks in the known place
 */
export function watchHooks(onCall: (hook: string) => void): boolean {
  const internals = (React as unknown as Record<string, ReactInternals | undefined>)[INTERNALS]
  const hooks = internals?.H
  if (!internals || !hooks) return false
  internals.H = new Proxy(hooks, {
    get(target, name) {
      onCall(String(name))
      return Reflect.get(target, name)
    },
  })
  return true
}
