'use client'

import { isValidElement, type ReactElement, type ReactNode } from 'react'
import { jsx } from 'react/jsx-runtime'
import { loadDocumentRenderer } from '#loadDocumentRenderer'
import { watchHooks } from '../../react/reactClientInternals.ts'

/** The first HTML of a component. */
export interface ComponentHtml {
  /** Absent if it depends on more than the props. */
  readonly html?: string | undefined
  /** Why it does. */
  readonly obstacle?: string | undefined
  /** Whether it does so with all props. */
  readonly isImpure?: boolean | undefined
  /** A hook or a handler that needs a browser. Absent if none is known. */
  readonly behaviour?: string | undefined
}

/**
 * Renders a client component to HTML, with nothing around it. It runs where Next renders documents: React there is another copy than
 * the one of server components.
 *
 * @param element its type and its content are the components themselves, not references to them
 */
export async function renderComponentHtml(element: ReactElement): Promise<ComponentHtml> {
  const renderer = await loadDocumentRenderer()
  let obstacle: string | undefined
  let behaviour: string | undefined
  const addObstacle = (reason: string) => {
    obstacle ??= reason
  }
  const onHook = (hook: string) => {
    if (IMPURE_HOOKS.has(hook)) addObstacle(hook)
    if (BEHAVIOUR_HOOKS.has(hook)) behaviour ??= hook
  }
  function Root(): ReactNode {
    if (!watchHooks(onHook)) addObstacle('unknown version of React')
    const { type, props } = element
    if (typeof type !== 'function' || type.prototype?.isReactComponent) return element
    // Called here, to see the handlers in its output. Its hooks are those of this component then.
    const output = (type as (props: unknown) => ReactNode)(props)
    behaviour ??= findHandler(output)
    return output
  }
  const controller = new AbortController()
  let html = ''
  try {
    const rendering = renderer.renderToReadableStream(jsx(Root, {}), {
      signal: controller.signal,
      onError: () => addObstacle('it throws an error'),
    })
    let isReady = false
    const markReady = () => {
      isReady = true
    }
    rendering.then(markReady, markReady)
    // React renders in a microtask. What it renders later waits for something, and has hooks that are not watched.
    queueMicrotask(() =>
      queueMicrotask(() => {
        if (isReady) return
        addObstacle('it waits for something')
        controller.abort()
      }),
    )
    html = await new Response(await rendering).text()
  } catch {
    addObstacle('it throws an error')
  }
  if (obstacle === undefined) return { html, behaviour }
  return { obstacle, isImpure: IMPURE_HOOKS.has(obstacle) }
}

/** Their results depend on the place of the component, on what is around it, or on the request, or they add styles to the page. */
const IMPURE_HOOKS: ReadonlySet<string> = new Set([
  ...['useId', 'useContext', 'readContext', 'use', 'useInsertionEffect', 'useActionState', 'useFormState'],
])

const BEHAVIOUR_HOOKS: ReadonlySet<string> = new Set([
  ...['useState', 'useReducer', 'useOptimistic', 'useTransition', 'useSyncExternalStore'],
  ...['useEffect', 'useLayoutEffect', 'useImperativeHandle', 'useEffectEvent'],
])

/** Returns the first function in a prop of an element, without the content of components. */
function findHandler(node: unknown): string | undefined {
  if (Array.isArray(node)) {
    for (const child of node) {
      const found = findHandler(child)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (!isValidElement<Record<string, unknown>>(node)) return undefined
  const { type, props } = node
  if (typeof type === 'string')
    for (const name in props) if (name === 'ref' || typeof props[name] === 'function') return name
  return findHandler(props.children)
}
