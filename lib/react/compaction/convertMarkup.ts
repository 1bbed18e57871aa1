import { Fragment, isValidElement, type ReactElement, type ReactNode, Suspense } from 'react'
import { changeElement, markKeysValidated } from '../reactInternals.ts'
import type { Props } from './shape.ts'

/**
 * Returns the element that a client component renders, for a component whose behaviour the browser adds to the markup.
 * Returns nothing for any other element, which stays a component.
 */
export type ConvertMarkup = (element: ReactElement<Props>) => ReactElement<Props> | undefined

/** Replaces elements of a tree, outside of client components. */
export function replaceElements(
  root: ReactNode,
  replacements: ReadonlyMap<ReactElement, ReactElement<Props>>,
): ReactNode {
  return replace(root) as ReactNode

  function replace(node: unknown): unknown {
    if (Array.isArray(node)) {
      let changed: unknown[] | undefined
      for (let index = 0; index < node.length; index++) {
        const child = replace(node[index])
        if (child === node[index]) continue
        changed ??= [...node]
        // React has warned of a missing key before, if it is one.
        changed[index] = isValidElement(child) ? markKeysValidated(child) : child
      }
      return changed ?? node
    }
    if (!isValidElement<Props>(node)) return node
    const element = replacements.get(node) ?? node
    const { type, props } = element
    if (typeof type !== 'string' && type !== Fragment && type !== Suspense) return element
    const children = replace(props.children)
    return children === props.children ? element : changeElement(element, { props: { ...props, children } })
  }
}
