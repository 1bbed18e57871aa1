/** How much of a stored fragment is HTML, and which parts are not. */
export interface Makeup {
  /** Bytes of HTML, which a hit does not render again. */
  readonly html: number
  /**
   * The parts that are not HTML, most frequent first, at most {@link MAX_DYNAMIC_PARTS}: a client component
   * (`Counter.tsx#Counter`), an element that React treats specially (`<input>`), or another reason.
   */
  readonly dynamicParts: readonly DynamicPart[]
}

/** A part of a fragment that is not stored as HTML. */
export interface DynamicPart {
  /**
   * `Counter.tsx#Counter` for a client component, `<input>` for an element, and `<div dangerouslySetInnerHTML> (script)` for an
   * element with HTML of its own, which has a script in it.
   */
  readonly name: string
  /** How often it appears. */
  readonly count: number
}

export const MAX_DYNAMIC_PARTS = 10

/** A field of the payload, so that both are freed together. A `WeakMap` would cost the garbage collector more. */
const MAKEUP = Symbol.for('react-cache-content/makeup')

type Payload = Uint8Array & { [MAKEUP]?: Makeup }

export function recordMakeup(payload: Uint8Array, makeup: Makeup): void {
  ;(payload as Payload)[MAKEUP] = makeup
}

/** Known only for payloads that this process rendered. A payload from a shared store is not analysed. */
export function getMakeup(payload: Uint8Array): Makeup | undefined {
  return (payload as Payload)[MAKEUP]
}
