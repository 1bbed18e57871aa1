import { type ElementType, Fragment, type ReactElement, type ReactNode } from 'react'
import { jsx, jsxs } from 'react/jsx-runtime'
import { createContentCacheError } from '../../core/errors.ts'
import type { Namespace } from './parserContext.ts'

/** React's `renderToString`. */
export type RenderHtml = (node: ReactNode) => string

/** An element whose content is HTML. */
export interface StaticElement {
  readonly element: ReactElement
  readonly namespace: Namespace
}

/**
 * Returns the inner HTML of each element. Renders all elements with one call, because a call of the renderer costs more
 * than most elements.
 */
export function renderInnerHtml(elements: readonly StaticElement[], renderHtml: RenderHtml): string[] {
  if (elements.length === 0) return []
  // Text cannot contain the separator, because `<` is escaped. HTML of this library was rendered before it was chosen.
  const separator = `rcc-${Math.random().toString(36).slice(2)}`
  const rule = jsx('hr', { id: separator })
  const nodes: ReactNode[] = []
  for (const { element, namespace } of elements) {
    nodes.push(namespace === 'html' ? element : jsx(namespace as ElementType, { children: element }), rule)
  }
  const htmlParts = renderHtml(jsxs(Fragment, { children: nodes })).split(`<hr id="${separator}"/>`)
  if (htmlParts.length !== elements.length + 1) {
    throw createContentCacheError('CC_NOT_COMPACTED', [
      `React wrote ${htmlParts.length - 1} elements instead of ${elements.length}`,
    ])
  }
  return elements.map(({ element, namespace }, index) => {
    const outer = htmlParts[index] ?? ''
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
