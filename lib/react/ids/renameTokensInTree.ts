import { isValidElement, type ReactElement, type ReactNode } from 'react'
import { withChildren } from '../compaction/settled.ts'
import { isIdToken, TOKEN_LENGTH, TOKEN_START } from './idToken.ts'
import type { Rename } from './renameTokens.ts'

/** {@link renameTokens} for a tree that was never written: text, and strings in props, however deep. */
export function renameTokensInTree(tree: ReactNode, rename: Rename): ReactNode {
  return renamed(tree) as ReactNode

  function renamed(node: unknown): unknown {
    if (typeof node === 'string') return node.replace(LOOKS_LIKE_TOKEN, nameOf)
    if (Array.isArray(node)) return node.map(renamed)
    if (isValidElement<Record<string, unknown>>(node)) return renamedElement(node)
    if (isPlainObject(node)) return renamedRecord(node)
    return node
  }

  function renamedElement({ type, key, props }: ReactElement<Record<string, unknown>>): ReactElement {
    const { children, ...others } = props
    const element = { type, key, props: renamedRecord(others) } as ReactElement<Record<string, unknown>>
    return withChildren(element, renamed(children))
  }

  function renamedRecord(record: object): Record<string, unknown> {
    return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, renamed(value)]))
  }

  function nameOf(text: string): string {
    return isIdToken(text) ? rename(text) : text
  }
}

const LOOKS_LIKE_TOKEN = new RegExp(`${TOKEN_START}[0-9a-z]{${TOKEN_LENGTH - TOKEN_START.length}}`, 'g')

function isPlainObject(node: unknown): node is object {
  return typeof node === 'object' && node !== null && Object.getPrototypeOf(node) === Object.prototype
}
