import type { ReactElement } from 'react'
import { isPlainElement, WELL_FORMED, type WellFormedHtml } from '../compaction/isPlainElement.ts'
import { areAllParsedInPlace, getChildContext, type ParserContext } from '../compaction/parserContext.ts'
import type { Props } from '../compaction/shape.ts'
import { changeElement } from '../reactInternals.ts'
import { type NormalizedHtml, normalizeHtml } from './normalizeHtml.ts'

/** An element whose `dangerouslySetInnerHTML` has become HTML of this library, or the reason why it has not. */
export type ConvertedRawHtml =
  | { readonly element: ReactElement<Props>; readonly obstacle?: undefined }
  | { readonly element?: undefined; readonly obstacle: string }

/**
 * Converts an element with raw HTML: a site's own `dangerouslySetInnerHTML`.
 *
 * @param element without HTML of this library
 * @returns nothing for an element without raw HTML, and for one that could not be HTML with another content either
 */
export function convertRawHtml(
  element: ReactElement<Props>,
  context: ParserContext,
): ConvertedRawHtml | undefined {
  const tag = element.type as string
  const { dangerouslySetInnerHTML, ...otherProps } = element.props
  const raw = getRawHtml(dangerouslySetInnerHTML)
  // React refuses children beside it.
  if (raw === undefined || otherProps.children != null) return undefined
  if (!isPlainElement(tag, otherProps, context)) return undefined
  const { html, obstacle } = normalizeInPlace(tag, raw, otherProps, context)
  if (obstacle !== undefined) return { obstacle }
  const wellFormed: WellFormedHtml = { __html: html, ...WELL_FORMED }
  const props = { ...otherProps, dangerouslySetInnerHTML: wellFormed }
  return { element: changeElement(element, { props }) as ReactElement<Props> }
}

function getRawHtml(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { __html: html } = value as { readonly __html?: unknown }
  return typeof html === 'string' && html !== '' ? html : undefined
}

function normalizeInPlace(
  tag: string,
  raw: string,
  { contentEditable, suppressHydrationWarning }: Props,
  context: ParserContext,
): NormalizedHtml {
  if (context.namespace !== 'html') return { obstacle: `in ${context.namespace}` }
  // A visitor or a script changes the content, which React would then not put in place again.
  if (contentEditable) return { obstacle: 'contentEditable' }
  if (suppressHydrationWarning) return { obstacle: 'suppressHydrationWarning' }
  const normalized = normalizeHtml(tag, raw)
  if (normalized.obstacle !== undefined) return normalized
  return areAllParsedInPlace(normalized.html, getChildContext(tag, context))
    ? normalized
    : { obstacle: 'out of place' }
}
