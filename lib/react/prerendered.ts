import type { ReactElement } from 'react'
import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'

/** What is known of the first HTML of a client component. */
export interface Prerendered {
  /** Elements without components that React writes as the component's first HTML. Absent if the HTML cannot be stored. */
  readonly elements?: ReactElement | undefined
  /** Why it cannot be stored. */
  readonly obstacle?: string | undefined
  /** Whether the component is declared to have no behaviour. Its elements can then take its place. */
  readonly isStatic: boolean
  /** Whether a browser hydrates the component nevertheless. */
  readonly isHydrated: boolean
}

const getPrerendered = defineGlobalSingleton('prerendered', () => new WeakMap<object, Prerendered>())

/**
 * The first HTML of elements, by their props. An element that gets another key has the same props, and Flight refuses a mark in the
 * props themselves.
 */
export const prerenderedByProps = {
  get: (props: object): Prerendered | undefined => getPrerendered().get(props),
  set: (props: object, value: Prerendered): void => void getPrerendered().set(props, value),
}
