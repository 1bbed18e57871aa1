import { type ElementType, Fragment, isValidElement, type ReactElement, Suspense } from 'react'
import { jsx, jsxs } from 'react/jsx-runtime'
import { createContentCacheError } from '../../core/errors.ts'
import { isLazy, isThenable, type Lazy, markKeysValidated, readLazy } from '../reactInternals.ts'
import type { Props } from './shape.ts'

/** More than Flight ever needs to have read what is all there. */
const MAX_ROUNDS = 1_000

/**
 * The tree without what was still to come when it was decoded: lazy nodes and promises stand where a server
 * component streamed in. React sees no difference, it looks through both. Iterables among children become lists,
 * which can be read any number of times.
 *
 * What belongs to client components is left as it is: they may look at their children.
 *
 * @throws what a part of the tree was rejected with
 */
export async function resolveLazyTree(root: unknown): Promise<unknown> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const pending: PromiseLike<unknown>[] = []
    const node = resolveNode(root, pending)
    if (pending.length === 0) return node
    await Promise.all(pending)
  }
  throw createContentCacheError('CC_OUTPUT_PENDING', [MAX_ROUNDS])
}

function resolveNode(node: unknown, pending: PromiseLike<unknown>[]): unknown {
  if (typeof node !== 'object' || node === null) return node
  if (Array.isArray(node)) return mapPreservingIdentity(node, (child) => resolveNode(child, pending))
  if (isLazy(node)) return markKeysValidated(resolveNode(readLazyNode(node, pending), pending))
  if (isThenable(node)) return markKeysValidated(resolveNode(readThenable(node, pending), pending))
  if (!isValidElement<Props>(node)) {
    const list = readIterable(node)
    return list === undefined ? node : resolveNode(list, pending)
  }
  const { type, props } = node
  if (typeof type !== 'string' && type !== Fragment && type !== Suspense) return node
  const children = resolveNode(props.children, pending)
  return children === props.children ? node : withChildren(node, children)
}

/** The same element around something else. */
export function withChildren({ type, key, props }: ReactElement<Props>, children: unknown): ReactElement {
  const make = Array.isArray(children) ? jsxs : jsx
  return markKeysValidated(make(type as ElementType, { ...props, children }, key ?? undefined))
}

/** The same list where nothing changes. */
function mapPreservingIdentity(
  list: readonly unknown[],
  change: (item: unknown) => unknown,
): readonly unknown[] {
  let changed: unknown[] | undefined
  for (let index = 0; index < list.length; index++) {
    const before = list[index]
    const after = change(before)
    if (after !== before) (changed ??= [...list])[index] = after
  }
  return changed ?? list
}

function readLazyNode(node: Lazy, pending: PromiseLike<unknown>[]): unknown {
  try {
    return readLazy(node)
  } catch (thrown) {
    if (!isThenable(thrown)) throw thrown
    pending.push(thrown)
    return null
  }
}

const valuesByPromise = new WeakMap<object, { readonly value: unknown }>()
/** Items of iterables: an iterator can be read once, and a tree is walked again until nothing in it is pending. */
const itemsByIterable = new WeakMap<object, readonly unknown[]>()

function readThenable(promise: PromiseLike<unknown> & object, pending: PromiseLike<unknown>[]): unknown {
  const settledValue = valuesByPromise.get(promise)
  if (settledValue !== undefined) return settledValue.value
  pending.push(Promise.resolve(promise).then((value) => valuesByPromise.set(promise, { value })))
  return null
}

/**
 * The items of an iterable as a list, because React renders both alike. Nothing for other objects, async iterables
 * too: not every React renders those.
 */
function readIterable(node: object): readonly unknown[] | undefined {
  if (!isIterable(node)) return undefined
  const list = itemsByIterable.get(node) ?? Array.from(node)
  itemsByIterable.set(node, list)
  return list
}

function isIterable(node: object): node is Iterable<unknown> {
  return Symbol.iterator in node && typeof node[Symbol.iterator] === 'function'
}
