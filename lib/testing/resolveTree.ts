import {
  cloneElement,
  createElement,
  Fragment,
  isValidElement,
  type ReactElement,
  type ReactNode,
} from 'react'
import { awaitLazy, getMemoizedComponent, isLazy, isThenable } from '../react/reactInternals.ts'
import { runWithHooks } from '../react/runWithHooks.ts'
import { generateId } from './generateId.ts'
import { storeReadOnceValues } from './storeReadOnceValues.ts'

/** Thrown in place of a hook: the component is a client component, which only a renderer can call. */
const needsRenderer = Symbol('needs a renderer')

/** The one hook that server components have, too. A component that calls another hook is a client component. */
const serverHooks = { useId: generateId }

const hooks = new Proxy(serverHooks, {
  get(target, name) {
    if (name in target) return Reflect.get(target, name)
    throw needsRenderer
  },
})

type Component = (props: object) => unknown

/**
 * Runs the server components of a tree, as Flight does, and returns what they render: host elements and
 * client components, with nothing left to wait for. A component counts as a client component when it is a class or
 * calls a hook other than `useId`, because a unit test does not process `'use client'`.
 */
export async function resolveTree(node: unknown): Promise<ReactNode> {
  if (isThenable(node)) return resolveTree(await node)
  // As children of a fragment they need no keys, which those of a component had no need of either.
  if (Array.isArray(node)) return createElement(Fragment, null, ...(await Promise.all(node.map(resolveTree))))
  if (isValidElement(node)) return resolveElement(node)
  if (isIterable(node)) return resolveTree([...node])
  return node as ReactNode
}

async function resolveElement(element: ReactElement): Promise<ReactNode> {
  const type: unknown = element.type
  const props = element.props as Record<string, unknown>
  const component = await getComponent(type)
  if (component !== undefined) {
    const rendered = callComponent(component, props)
    if (rendered !== needsRenderer) {
      const resolved = await resolveTree(rendered)
      return isValidElement(resolved) && element.key !== null
        ? cloneElement(resolved, { key: element.key })
        : resolved
    }
  }
  const { children, ...others } = props
  const resolved: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(others)) {
    if (hasElements(value)) resolved[name] = await resolveTree(value)
    else if (typeof type !== 'string') resolved[name] = (await storeReadOnceValues(value, resolveTree)).value
  }
  if (children === undefined) return cloneElement(element, resolved)
  const list = Array.isArray(children) ? children : [children]
  return cloneElement(element, resolved, ...(await Promise.all(list.map(resolveTree))))
}

async function getComponent(type: unknown): Promise<Component | undefined> {
  if (typeof type === 'function') {
    return type.prototype?.isReactComponent ? undefined : (type as Component)
  }
  if (isLazy(type)) return getComponent(await awaitLazy(type))
  const memoized = getMemoizedComponent(type)
  return memoized === undefined ? undefined : getComponent(memoized)
}

function callComponent(component: Component, props: object): unknown {
  try {
    return runWithHooks(hooks, () => component(props))
  } catch (thrown) {
    if (thrown === needsRenderer) return needsRenderer
    throw thrown
  }
}

function hasElements(value: unknown): boolean {
  return isValidElement(value) || (Array.isArray(value) && value.some(hasElements))
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}
