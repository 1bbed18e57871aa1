import { Fragment, isValidElement, type ReactNode, Suspense } from 'react'
import { jsxs } from 'react/jsx-runtime'
import { createEmbeddedTree } from '../compaction/embeddedTree.ts'
import type { Props } from '../compaction/shape.ts'
import { toBareElements } from '../compaction/toBareElements.ts'
import { renameLiveTree } from '../ids/renameLiveTree.ts'
import { addComponentKey, joinKeys, type KeyPath, NO_KEYS } from '../keyPath.ts'
import { changeElement, isLazy, markKeysValidated, readLazy } from '../reactInternals.ts'
import { getPlacedFragment, type PlacedFragment } from './nestedFragment.ts'
import { getShownPart, readPart } from './outputPart.ts'

/**
 * Returns the tree that React's Flight would decode for a complete `live` tree: server components are replaced by their output,
 * and their keys are joined with those of the elements inside (`renderFunctionComponent`, `renderFragment` and
 * `renderElement` in `ReactFlightServer.js`). So components keep their state when a page that is rendered without the cache,
 * or from the live tree, is rendered from the store.
 *
 * Client components keep their props, in which Flight does the same.
 *
 * @param options.embedsTrees whether the compact trees of nested fragments are kept as they are, for `prepareCompactTree`
 * @throws the error of a part that failed, or a promise for a part that is pending
 */
export function toClientTree(live: ReactNode, { embedsTrees }: { readonly embedsTrees: boolean }): ReactNode {
  return resolve(live, NO_KEYS) as ReactNode

  function resolve(node: unknown, keys: KeyPath): unknown {
    if (typeof node !== 'object' || node === null) return node
    if (Array.isArray(node)) return resolveList(node, keys)
    if (isLazy(node)) return resolve(readLazy(node), keys)
    if (!isValidElement<Props>(node)) return node
    const { type, props, key } = node
    const part = getShownPart(node)
    // A component has one place, so its output needs no key there (`processServerComponentReturnValue`).
    if (part !== undefined) return resolve(markKeysValidated(readPart(part)), addComponentKey(keys, key))
    const placed = getPlacedFragment(node)
    if (placed !== undefined) return resolveNested(placed, addComponentKey(keys, key))
    if (type === Fragment && key === null) return resolve(props.children, addComponentKey(keys, null))
    const children =
      typeof type === 'string' || type === Fragment || type === Suspense
        ? resolve(props.children, NO_KEYS)
        : props.children
    const newKey = joinKeys(keys.path, key)
    const element =
      children === props.children && newKey === key
        ? node
        : changeElement(node, {
            key: newKey,
            props: children === props.children ? props : { ...props, children },
          })
    return keys.isImplicit && newKey !== null ? [element] : element
  }

  function resolveList(list: readonly unknown[], keys: KeyPath): unknown {
    let changed: unknown[] | undefined
    for (let index = 0; index < list.length; index++) {
      const before = list[index]
      const after = resolve(before, NO_KEYS)
      if (after !== before) (changed ??= [...list])[index] = after
    }
    const children = changed ?? list
    if (keys.path === null) return children
    const fragment = markKeysValidated(jsxs(Fragment, { children: children as ReactNode }, keys.path))
    return keys.isImplicit ? [fragment] : fragment
  }

  function resolveNested({ content, rename }: PlacedFragment, keys: KeyPath): unknown {
    if (content.mayHaveIds()) return resolve(renameLiveTree(content.live, rename), keys)
    const tree = content.getCompactTree()
    // Text at the root joins the text around it.
    if (embedsTrees && tree && !tree.hasTextAtRoot) return createEmbeddedTree(tree, keys)
    return resolve(tree?.isComplete ? toBareElements(tree) : content.live, keys)
  }
}
