import type { ElementType, ReactElement, ReactNode } from 'react'
import { jsx } from 'react/jsx-runtime'
import { BEHAVIOUR, type Behaviours, haveBehaviour, mayHaveBehaviour } from './behaviours.ts'
import type { CompactTree } from './compactTree.ts'
import { WELL_FORMED } from './isPlainElement.ts'
import type { CreateMarkedElement } from './reassembleTree.ts'
import type { Props } from './shape.ts'

/** The props of a component that shows an element, and adds the behaviours of it and of its HTML. */
export interface ElementWithBehavioursProps {
  readonly tag: string
  readonly attributes: Props | null
  /** Absent for an element without content. */
  readonly html?: string | undefined
  readonly behaviours: Behaviours
}

let componentType: ((props: ElementWithBehavioursProps) => ReactNode) | undefined

/** Sets the component that shows elements with behaviours outside of a compact tree. */
export function registerElementWithBehaviours(type: typeof componentType): void {
  componentType = type
}

/** Returns a function for `reassembleTree` that creates elements which need no compact tree around them. */
export function createElements({
  html,
  behaviours,
}: Pick<CompactTree, 'html' | 'behaviours'>): CreateMarkedElement {
  return ({ tag, props, key, htmlIndex, behavioursIndex }) => {
    const ownBehaviours = behaviours[behavioursIndex] ?? ''
    const ownHtml = htmlIndex === undefined ? undefined : (html[htmlIndex] ?? '')
    const elementProps = { tag, attributes: props, html: ownHtml, behaviours: ownBehaviours }
    // Flight refuses the symbol of a behaviour.
    if (!haveBehaviour(ownBehaviours)) return createElement(elementProps, {}, key)
    if (componentType === undefined) return createPlainElement(elementProps, key)
    return jsx(componentType as ElementType, elementProps, key)
  }
}

/** Creates the element that {@link ElementWithBehavioursProps} describe, for a tree that is made compact. */
export function createPlainElement(
  element: ElementWithBehavioursProps,
  key: string | null | undefined,
): ReactElement<Props> {
  const { tag, behaviours } = element
  const own = mayHaveBehaviour(tag) ? behaviours.slice(0, 1) : ''
  const marks = { ...(own && { own }), inside: behaviours.slice(own.length) }
  return createElement(element, marks, key ?? undefined)
}

function createElement(
  { tag, attributes, html }: ElementWithBehavioursProps,
  { own, inside }: { readonly own?: string; readonly inside?: Behaviours },
  key: string | undefined,
): ReactElement<Props> {
  const content = html !== undefined && {
    dangerouslySetInnerHTML: {
      __html: html,
      ...WELL_FORMED,
      ...(inside !== undefined && { behaviours: inside }),
    },
  }
  const props = { ...attributes, ...(own !== undefined && { [BEHAVIOUR]: own }), ...content }
  return jsx(tag as ElementType, props, key) as ReactElement<Props>
}
