import type { ComponentType, ReactElement, ReactNode } from 'react'
import { jsx } from 'react/jsx-runtime'
import { getCurrentScope } from '../../core/dependencyScope.ts'
import { createContentCacheError } from '../../core/errors.ts'
import { formatValue } from '../../core/formatValue.ts'
import { prerenderedByProps } from '../../react/prerendered.ts'
import { isClientReference } from '../../react/reactInternals.ts'
import { getCurrentWork } from '../internals/renderContext.ts'
import { findComponentElements } from './findComponentElements.ts'
import { prerenderOption } from './prerenderOption.ts'

/** Options of `prerenderComponent`. */
export interface PrerenderOptions {
  /**
   * Whether a browser hydrates the component. `false` for a component without state, effects and handlers: it becomes plain markup.
   * In development each component is hydrated, so that React reports HTML that differs. Default: `true`.
   */
  readonly hydrate?: boolean | undefined
}

/**
 * Declares that the first HTML of a client component depends on its props alone: a badge, a formatted date, a button of a design
 * system. In a fragment the HTML is then made when the fragment is filled, and not at each hit. Outside of fragments the component
 * is what it was.
 *
 * A component that calls `useId`, `useContext` or `useInsertionEffect` while it renders, throws, or waits for something stays as it
 * is. So does one whose props contain functions, promises or other components.
 *
 * @param component a client component, imported in a module for the server. In a client module and in a unit test the function
 * returns it as it is
 * @returns a server component with the same props
 * @throws {ContentCacheTypeError} CC_INVALID_COMPONENT
 * @example
 * // ui.ts, without 'use client'
 * import { Badge as ClientBadge } from './Badge'
 * export const Badge = prerenderComponent(ClientBadge, { hydrate: false })
 */
export function prerenderComponent<Props extends object>(
  component: ComponentType<Props>,
  options: PrerenderOptions = {},
): (props: Props) => ReactNode | Promise<ReactNode> {
  if (typeof component !== 'function' && (typeof component !== 'object' || component === null))
    throw createContentCacheError('CC_INVALID_COMPONENT', [formatValue(component)])
  const { hydrate } = options
  if (hydrate !== undefined && typeof hydrate !== 'boolean')
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      'hydrate',
      `must be a boolean, but is ${formatValue(hydrate)}`,
    ])
  // In a unit test, and in a client module, it is the component itself.
  if (!isClientReference(component)) return component as (props: Props) => ReactNode
  // In development React compares what it hydrates.
  const isHydrated = hydrate !== false || process.env.NODE_ENV === 'development'

  return function Prerendered(props) {
    const element = jsx(component, props) as ReactElement<Props>
    const scope = getCurrentScope()
    const work = getCurrentWork()
    if (scope === undefined || work === undefined || !prerenderOption.get(scope)) return element
    const found = findComponentElements(element, work)
    if ('then' in found)
      return found.then((result) => {
        prerenderedByProps.set(element.props, { ...result, isHydrated })
        return element
      })
    prerenderedByProps.set(element.props, { ...found, isHydrated })
    return element
  }
}
