import { isValidElement, type ReactElement, type ReactNode } from 'react'
import { prerenderedByProps } from '../../react/prerendered.ts'

/** Elements by the number of their slot. */
export type PrerenderedSlots = Readonly<Record<number, ReactElement>>

/** Returns the first HTML of the client components among the slots of a fragment, where it is known. */
export function listPrerenderedSlots(slots: readonly ReactNode[]): PrerenderedSlots | undefined {
  let found: Record<number, ReactElement> | undefined
  for (const [index, slot] of slots.entries()) {
    const prerendered = isValidElement<object>(slot) ? prerenderedByProps.get(slot.props) : undefined
    if (prerendered?.elements === undefined || prerendered.inPage === undefined) continue
    found ??= {}
    found[index] = prerendered.elements
  }
  return found
}

/** Notes the first HTML that was stored with the slots of a fragment. */
export function restorePrerenderedSlots(slots: readonly ReactNode[], stored: PrerenderedSlots): void {
  for (const [index, elements] of Object.entries(stored)) {
    const slot = slots[Number(index)]
    if (isValidElement<object>(slot))
      prerenderedByProps.set(slot.props, { elements, isStatic: false, inPage: 'show' })
  }
}
