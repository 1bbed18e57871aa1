import type { ReactElement } from 'react'
import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'

/** What is known of the first HTML of a client component. */
export interface Prerendered {
  /** Elements without components that React writes as the component's first HTML. Absent if the HTML cannot be stored. */
  readonly elements?: ReactElement | undefined
  /** Why it cannot be stored. */
  readonly obstacle?: string | undefined
  /** Whether the component has no behaviour, so that its elements can take its place in HTML for another program. */
  readonly isStatic: boolean
  /**
   * What a page does with the elements: they `replace` the component, or documents `show` them until a browser hydrates it. Absent
   * if the fragment does not want them.
   */
  readonly inPage: 'replace' | 'show' | undefined
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
