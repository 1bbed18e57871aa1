import type { ComponentType, ReactElement, ReactNode } from 'react'
import { jsx } from 'react/jsx-runtime'
import { getCurrentScope } from '../../core/dependencyScope.ts'
import { createContentCacheError } from '../../core/errors.ts'
import { formatValue } from '../../core/formatValue.ts'
import { prerenderedByProps } from '../../react/prerendered.ts'
import { getClientReferenceId, isClientReference } from '../../react/reactInternals.ts'
import { getCurrentWork } from '../internals/renderContext.ts'
import { warnOnce } from '../warnOnce.ts'
import { type FoundElements, findComponentElements } from './findComponentElements.ts'
import { type PrerenderOption, prerenderOption } from './prerenderOption.ts'

/** Options of `prerenderComponent`. */
export interface PrerenderOptions {
  /**
   * Whether a browser hydrates the component. `false` for a component without state, effects and handlers: it becomes plain markup.
   * In development each component is hydrated, so that React reports HTML that differs. A component that is found to have state,
   * effects or handlers is hydrated too. Default: `true`.
   */
  readonly hydrate?: boolean | undefined
}

/**
 * Declares that the first HTML of a client component depends on its props alone: a badge, a formatted date, a button of a design
 * system. In a fragment the HTML is then made when the fragment is filled, and not at each hit. Outside of fragments the component
 * is what it was.
 *
 * A component that calls `useId`, `useContext` or `useInsertionEffect` while it renders, throws, or waits for something stays as it
 * is. So does one whose props contain functions, promises or other components. Client modules import the component itself.
 *
 * @param component a client component, imported in a module for the server. In a unit test the function returns it as
 * it is
 * @returns a server component with the same props
 * @throws {ContentCacheTypeError} CC_INVALID_COMPONENT, CC_INVALID_OPTIONS
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
  // In a unit test.
  if (!isClientReference(component)) return component as (props: Props) => ReactNode
  return function Prerendered(props) {
    // A copy of the props, because what is known of the element is kept with them.
    const element = jsx(component, { ...props }) as ReactElement<Props>
    const scope = getCurrentScope()
    const work = getCurrentWork()
    const option = scope && prerenderOption.get(scope)
    if (option === undefined || work === undefined) return element
    const found = findComponentElements(element, work)
    return 'then' in found
      ? found.then((result) => mark(element, result, option))
      : mark(element, found, option)
  }

  function mark(
    element: ReactElement<Props>,
    { elements, obstacle, behaviour }: FoundElements,
    { isForPages }: PrerenderOption,
  ): ReactElement {
    const isStatic = hydrate === false && behaviour === undefined
    if (hydrate === false && behaviour !== undefined) warnOfBehaviour(component, behaviour)
    // In development React compares what it hydrates.
    const inPage = isStatic && process.env.NODE_ENV !== 'development' ? 'replace' : 'show'
    prerenderedByProps.set(element.props, {
      elements,
      obstacle,
      isStatic,
      inPage: isForPages ? inPage : undefined,
    })
    return element
  }
}

function warnOfBehaviour(component: object, behaviour: string): void {
  const id = getClientReferenceId(component)
  warnOnce(`behaviour ${id}`, () =>
    console.warn(
      `${id} was declared with \`hydrate: false\`, and uses \`${behaviour}\`. It hydrates nevertheless: leave out \`hydrate\`.`,
    ),
  )
}
