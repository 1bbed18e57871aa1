import { type ElementType, Fragment, isValidElement, type ReactElement, Suspense } from 'react'
import { jsx, jsxs } from 'react/jsx-runtime'
import { createContentCacheError } from '../../lib/core/errors.ts'
import type { Props } from '../../lib/react/compaction/shape.ts'
import { isIterable } from '../../lib/react/isIterable.ts'
import { isLazy, isThenable, type Lazy, markKeysValidated, readLazy } from '../../lib/react/reactInternals.ts'

/** Flight never needs that many rounds for a payload that is complete. */
const MAX_ROUNDS = 1_000

/**
 * Replaces the lazy nodes and promises in a tree by their values. Flight decodes a server component that streamed in to
 * one of them. React renders both like their values. Iterables among children become lists, which can be read any
 * number of times.
 *
 * The children of client components do not change, because a client component may inspect them.
 *
 * @throws the error with which a part of the tree was rejected
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

/** Returns the element with other children. */
export function withChildren({ type, key, props }: ReactElement<Props>, children: unknown): ReactElement {
  const make = Array.isArray(children) ? jsxs : jsx
  return markKeysValidated(make(type as ElementType, { ...props, children }, key ?? undefined))
}

/** Returns `list` itself where no item changes. */
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
/** The items of iterables. An iterator can be read once, but a tree is walked until nothing in it is pending. */
const itemsByIterable = new WeakMap<object, readonly unknown[]>()

function readThenable(promise: PromiseLike<unknown> & object, pending: PromiseLike<unknown>[]): unknown {
  const settledValue = valuesByPromise.get(promise)
  if (settledValue !== undefined) return settledValue.value
  pending.push(Promise.resolve(promise).then((value) => valuesByPromise.set(promise, { value })))
  return null
}

/**
 * Returns the items of an iterable as a list, because React renders both alike. Returns `undefined` for other objects.
 * These include async iterables, because not every version of React renders them.
 */
function readIterable(node: object): readonly unknown[] | undefined {
  if (!isIterable(node)) return undefined
  const list = itemsByIterable.get(node) ?? Array.from(node)
  itemsByIterable.set(node, list)
  return list
}
