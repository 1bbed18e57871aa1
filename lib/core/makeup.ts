import { getGlobalSingleton } from './getGlobalSingleton.ts'

/** What a fragment's stored form is made of. */
export interface Makeup {
  /** Bytes that are HTML, which a hit need not render. */
  readonly html: number
  /**
   * What keeps the rest from being HTML, most frequent first, at most {@link MAX_DYNAMIC_PARTS}: a client component
   * (`Counter.tsx#Counter`), an element that React treats specially (`<input>`), or another reason.
   */
  readonly dynamicParts: readonly DynamicPart[]
}

/** A part of a fragment that is not stored as HTML. */
export interface DynamicPart {
  /** `Counter.tsx#Counter` for a client component, `<input>` for an element. */
  readonly name: string
  /** How often it appears. */
  readonly count: number
}

export const MAX_DYNAMIC_PARTS = 10

/** By the stored payload, so that it goes when the payload goes. */
const makeups = getGlobalSingleton('makeups', () => new WeakMap<Uint8Array, Makeup>())

export function recordMakeup(payload: Uint8Array, makeup: Makeup): void {
  makeups.set(payload, makeup)
}

/** Known for what this process has rendered; a payload that comes from a shared store is not examined for it. */
export function getMakeup(payload: Uint8Array): Makeup | undefined {
  return makeups.get(payload)
}
