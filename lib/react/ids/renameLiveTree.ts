import { isValidElement, type ReactElement, type ReactNode } from 'react'
import { isPlainObject } from '../isPlainObject.ts'
import {
  changeElement,
  createLazy,
  getLazyPayload,
  isClientReference,
  isLazy,
  isThenable,
  readLazy,
} from '../reactInternals.ts'
import { mapList, mapRecord } from '../render/mapContainer.ts'
import { createNestedFragment, getPlacedFragment } from '../render/nestedFragment.ts'
import { getShownPart, type OutputPart, readPart, toPartElement } from '../render/outputPart.ts'
import type { TokenRenamer } from './renameIdTokens.ts'
import { renameIdTokensInText } from './renameIdTokensInText.ts'

/**
 * Renames the ids in a tree that may still be rendered: in text, and in strings in props at any depth. Returns the tree itself
 * where nothing changes.
 */
export function renameLiveTree(tree: ReactNode, rename: TokenRenamer): ReactNode {
  return renameValue(tree) as ReactNode

  function renameValue(value: unknown): unknown {
    if (typeof value === 'string') return renameIdTokensInText(value, rename)
    if (typeof value !== 'object' || value === null || isClientReference(value)) return value
    if (Array.isArray(value)) return mapList(value, renameValue)
    if (isValidElement<Record<string, unknown>>(value)) return renameElement(value)
    if (isLazy(value)) {
      const part = getLazyPayload(value, readPart)
      return part
        ? createLazy(renamePart(part), readPart)
        : createLazy(value, (lazy) => renameValue(readLazy(lazy)))
    }
    if (isThenable(value)) return Promise.resolve(value).then(renameValue)
    return isPlainObject(value) ? mapRecord(value, renameValue) : value
  }

  function renameElement(element: ReactElement<Record<string, unknown>>): ReactElement {
    const part = getShownPart(element)
    if (part !== undefined) return toPartElement(element, renamePart(part))
    const placed = getPlacedFragment(element)
    if (placed !== undefined) {
      const renameBoth = (token: string) => rename(placed.rename(token))
      return changeElement(createNestedFragment({ ...placed, rename: renameBoth }), { key: element.key })
    }
    const props = mapRecord(element.props, renameValue)
    return props === element.props ? element : changeElement(element, { props })
  }

  /** Renames the output when it is read. */
  function renamePart(part: OutputPart): OutputPart {
    let renamed: { readonly value: unknown } | undefined
    return {
      get status() {
        return part.status
      },
      get value() {
        if (part.status !== 'done') return part.value
        renamed ??= { value: renameValue(part.value) }
        return renamed.value
      },
      get change() {
        return part.change
      },
      set change(change) {
        part.change = change
      },
    } as OutputPart
  }
}
