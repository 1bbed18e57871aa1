import {
  cloneElement,
  createElement,
  Fragment,
  isValidElement,
  type ReactElement,
  type ReactNode,
} from 'react'
import { type DependencyScope, getCurrentScope } from '../core/dependencyScope.ts'
import { createContentCacheError } from '../core/errors.ts'
import { createIdToken } from '../react/ids/idToken.ts'
import { isIterable } from '../react/isIterable.ts'
import { awaitLazy, getMemoizedComponent, isLazy, isThenable } from '../react/reactInternals.ts'
import { runWithHooks } from '../react/runWithHooks.ts'
import { storeReadOnceValues } from './storeReadOnceValues.ts'

/** Thrown by hooks that only client components have. Only a renderer can call a client component. */
const needsRenderer = Symbol('needs a renderer')

const idCounts = new WeakMap<DependencyScope, number>()

/** Implements `useId` as Flight does. Ids are numbered per fragment, because each fragment is a render of its own. */
function generateId(): string {
  const scope = getCurrentScope()
  if (scope === undefined) throw createContentCacheError('CC_USE_ID_OUTSIDE_RENDER', [])
  const count = (idCounts.get(scope) ?? 0) + 1
  idCounts.set(scope, count)
  const prefix = scope.key === undefined ? '' : createIdToken(scope.key)
  return `_${prefix}S_${count.toString(32)}_`
}

/** The only hook that server components have too. A component that calls any other hook is a client component. */
const serverHooks = { useId: generateId }

const hooks = new Proxy(serverHooks, {
  get(target, name) {
    if (name in target) return Reflect.get(target, name)
    throw needsRenderer
  },
})

type Component = (props: object) => unknown

/**
 * Runs the server components of a tree as Flight does, and returns the host elements and client components that they
 * render. Nothing in the result is pending. A unit test does not process `'use client'`, so a class component and a
 * component that calls a hook other than `useId` count as client components.
 */
export async function resolveTree(node: unknown): Promise<ReactNode> {
  if (isThenable(node)) return resolveTree(await node)
  // As separate children the items need no keys, so React does not warn about missing ones.
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
