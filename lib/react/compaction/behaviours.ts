/**
 * The behaviour of each `<a>` and each `<img>` of an element, itself included, in the order of the document: a character for each.
 * HTML carries no mark of the elements whose behaviour the browser has to add, so they are found by their place.
 */
export type Behaviours = string

/** The selector of the elements that may have a behaviour. */
export const BEHAVING_ELEMENTS = 'a,img'

/** Stands for an element without behaviour. */
export const NO_BEHAVIOUR = '.'

/** A prop of an element, with the character that stands for its behaviour. React ignores symbols. */
export const BEHAVIOUR: unique symbol = Symbol('behaviour')

/** Whether an element among them has behaviour. */
export function haveBehaviour(behaviours: Behaviours): boolean {
  for (const behaviour of behaviours) if (behaviour !== NO_BEHAVIOUR) return true
  return false
}

/** Whether an element is one of {@link BEHAVING_ELEMENTS}. */
export function mayHaveBehaviour(tag: unknown): boolean {
  return typeof tag === 'string' && BEHAVING_TAG.test(tag)
}

const BEHAVING_TAG = /^(?:a|img)$/i

/** Returns the behaviours of well-formed HTML, in which no element has one. */
export function listAbsentBehaviours(html: string): Behaviours {
  return NO_BEHAVIOUR.repeat(html.match(/<(?:a|img)[ />]/gi)?.length ?? 0)
}
