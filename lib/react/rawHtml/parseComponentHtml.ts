import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { type ElementType, Fragment, isValidElement, type ReactElement, type ReactNode } from 'react'
import { jsx, jsxs } from 'react/jsx-runtime'
import { hashHtml, VOID_TAGS } from '../compaction/hashHtml.ts'
import { isPlainElement, WELL_FORMED } from '../compaction/isPlainElement.ts'
import { AT_ROOT } from '../compaction/parserContext.ts'
import type { Props } from '../compaction/shape.ts'
import { normalizeHtml } from './normalizeHtml.ts'
import { toReactProps } from './toReactProps.ts'

type ChildNode = DefaultTreeAdapterTypes.ChildNode

/** The elements that a component renders, or the reason why its HTML cannot be stored. */
export type ComponentElements =
  | { readonly elements: ReactElement; readonly obstacle?: undefined }
  | { readonly elements?: undefined; readonly obstacle: string }

/** Longer HTML takes long to parse. */
const MAX_LENGTH = 100_000

/** The comment that React writes between two texts. */
const REACT_COMMENT = '<!-- -->'

/**
 * Returns elements that React renders to the given HTML. The outermost ones are elements of React, their content is HTML.
 *
 * @param html as React has rendered a component
 */
export function parseComponentHtml(html: string): ComponentElements {
  if (html.length > MAX_LENGTH) return { obstacle: 'too long' }
  if (html.replaceAll(REACT_COMMENT, '').includes('<!--')) return { obstacle: 'Suspense' }
  // React names a Server Action by the place of the component, and its state belongs to the request.
  if (/\bname="\$ACTION_|\bformaction=/i.test(html)) return { obstacle: 'a form action' }
  const { childNodes } = parseFragment(html, { sourceCodeLocationInfo: true })
  const nodes: ReactNode[] = []
  for (const node of childNodes) {
    const parsed = parseNode(node, html)
    if (typeof parsed === 'object' && 'obstacle' in parsed) return parsed
    nodes.push(parsed)
  }
  const [only] = nodes
  if (nodes.length === 1 && isValidElement(only)) return { elements: only }
  return { elements: jsxs(Fragment, { children: nodes }) as ReactElement }
}

function parseNode(node: ChildNode, html: string): string | ReactElement | { readonly obstacle: string } {
  if ('value' in node) return node.value
  if (!('tagName' in node)) return { obstacle: 'text beside text' }
  const { tagName: tag, attrs, sourceCodeLocation: location } = node
  const props = toReactProps(attrs)
  if (props === undefined || !isPlainElement(tag, props, AT_ROOT)) return { obstacle: `<${tag}>` }
  if (VOID_TAGS.has(tag)) return createElement(tag, props)
  if (!location?.startTag || !location.endTag) return { obstacle: `<${tag}>` }
  const inner = html.slice(location.startTag.endOffset, location.endTag.startOffset)
  if (inner === '') return createElement(tag, props)
  const ownHtml = inner.replaceAll(REACT_COMMENT, '')
  const normalized = normalizeHtml(tag, ownHtml)
  if (normalized.obstacle !== undefined) return normalized
  // The component has HTML of its own, in another form than React writes.
  if (hashHtml(normalized.html) !== hashHtml(ownHtml)) return { obstacle: 'dangerouslySetInnerHTML' }
  return createElement(tag, { ...props, dangerouslySetInnerHTML: { __html: inner, ...WELL_FORMED } })
}

function createElement(tag: string, props: Props): ReactElement {
  return jsx(tag as ElementType, props) as ReactElement
}
