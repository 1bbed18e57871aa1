import { type ElementType, Fragment, type ReactElement, type ReactNode } from 'react'
import { jsx, jsxs } from 'react/jsx-runtime'
import { createContentCacheError } from '../../core/errors.ts'
import type { Namespace } from './parserContext.ts'

/** React's `renderToString`. */
export type RenderHtml = (node: ReactNode) => string

/** A largest subtree that is plain. Only the content of `element` becomes HTML. */
export interface PlainPart {
  readonly element: ReactElement
  readonly namespace: Namespace
}

/**
 * Returns the HTML of each part. Renders all parts with one call, because a call of the renderer costs more than most
 * parts.
 */
export function renderInnerHtml(parts: readonly PlainPart[], renderHtml: RenderHtml): string[] {
  if (parts.length === 0) return []
  // Text cannot contain the separator, because `<` is escaped. HTML of this library was rendered before it was chosen.
  const separator = `rcc-${Math.random().toString(36).slice(2)}`
  const rule = jsx('hr', { id: separator })
  const nodes: ReactNode[] = []
  for (const { element, namespace } of parts) {
    nodes.push(namespace === 'html' ? element : jsx(namespace as ElementType, { children: element }), rule)
  }
  const outerHtml = renderHtml(jsxs(Fragment, { children: nodes })).split(`<hr id="${separator}"/>`)
  if (outerHtml.length !== parts.length + 1) {
    throw createContentCacheError('CC_NOT_COMPACTED', [
      `React wrote ${outerHtml.length - 1} elements instead of ${parts.length}`,
    ])
  }
  return parts.map(({ element, namespace }, index) => {
    const outer = outerHtml[index] ?? ''
    return extractInnerHtml(
      namespace === 'html' ? outer : extractInnerHtml(outer, namespace),
      element.type as string,
    )
  })
}

/**
 * Removes the tags of the element. React escapes `>` in attributes, so the first `>` ends the start tag.
 *
 * @throws when React has written a hoisted element in front of it
 */
function extractInnerHtml(outer: string, tag: string): string {
  if (!outer.startsWith(`<${tag}`))
    throw createContentCacheError('CC_NOT_COMPACTED', [`React wrote <${tag}> as ${outer.slice(0, 100)}`])
  return outer.slice(outer.indexOf('>') + 1, outer.lastIndexOf('</'))
}
