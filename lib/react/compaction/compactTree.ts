import type { ReactNode } from 'react'
import { createContentCacheError } from '../../core/errors.ts'
import type { DynamicPart } from '../../core/makeup.ts'
import type { Behaviours } from './behaviours.ts'
import type { HtmlHash } from './hashHtml.ts'
import type { Shape } from './shape.ts'

/** Content cannot forge this mark, because JSON has no symbols. */
const KIND: unique symbol = Symbol.for('react-cache-content.compact')

/** A rendered fragment in which plain markup is HTML. */
export interface CompactTree {
  readonly kind: typeof KIND
  /** Whether its HTML has been rendered. */
  readonly isComplete: boolean
  readonly shape: Shape
  /** All HTML in the order of the tree. If the tree has `plainTags`, it is the whole HTML of the fragment. */
  readonly text: string
  /** Where in `text` the inner HTML of each element begins and ends. */
  readonly bounds: readonly number[]
  /** The inner HTML of elements, byte for byte as React writes it. */
  readonly html: readonly string[]
  /** The `hashHtml` of each item of `html`, concatenated. */
  readonly htmlHashes: string
  /** Those of each element with HTML or with a behaviour of its own, in the order of the tree. */
  readonly behaviours: readonly Behaviours[]
  /** Those of `text`, in a tree with `plainTags`. */
  readonly textBehaviours: Behaviours
  /** The hash of `text`, for trees that embed this one. Computed when it is needed. */
  textHash: HtmlHash | undefined
  /** The nodes that React has to render: client components, and elements that it treats specially. */
  readonly slots: readonly ReactNode[]
  /** Set if the whole tree can be written as HTML, in an element whose parser context allows it. */
  readonly plainTags: PlainTags | undefined
  /** Whether text of the tree is not inside of an element. */
  readonly hasTextAtRoot: boolean
  readonly dynamicParts: readonly DynamicPart[]
  /** Bytes of HTML in the slots: of Suspense boundaries. */
  readonly slotHtmlBytes: number
}

/** The names of the elements in a plain tree, by which a parent knows whether a parser leaves them in place. */
export interface PlainTags {
  readonly atRoot: readonly string[]
  readonly inside: readonly string[]
}

export function isCompactTree(value: unknown): value is CompactTree {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === KIND
}

/** @throws {Error} CC_NOT_COMPACTED for a tree whose HTML could not be rendered */
export function getCompleteText(tree: CompactTree | undefined): string {
  if (!tree?.isComplete)
    throw createContentCacheError('CC_NOT_COMPACTED', ['a fragment inside it could not be rendered as HTML'])
  return tree.text
}

/** The fields of a compact tree that others follow from. */
export type CompactTreeFields = Omit<CompactTree, 'kind' | 'html' | 'isComplete'>

export function createCompactTree(fields: CompactTreeFields): CompactTree {
  const { text, bounds } = fields
  const html: string[] = []
  for (let at = 0; at < bounds.length; at += 2) html.push(text.slice(bounds[at], bounds[at + 1]))
  return { kind: KIND, ...fields, html, isComplete: true }
}
