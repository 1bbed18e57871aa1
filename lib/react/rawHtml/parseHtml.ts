import type { DefaultTreeAdapterTypes } from 'parse5'
import { CarefulParser, UNBALANCED } from './carefulParser.ts'
import { HtmlObstacle } from './htmlObstacle.ts'
import { scanHtml } from './scanHtml.ts'
import { writeHtml } from './writeHtml.ts'

type ChildNode = DefaultTreeAdapterTypes.ChildNode

/** The element that a parser needs around an element of a table. */
const TABLE_PARENTS: Readonly<Record<string, string>> = {
  caption: 'table',
  thead: 'table',
  tbody: 'table',
  tfoot: 'table',
  tr: 'tbody',
  th: 'tr',
  td: 'tr',
}

/**
 * Returns HTML in the form in which React would write it, if it makes the same elements in every place: in a document and
 * as the inner HTML of an element, beside any other elements, and after a browser has written and parsed it again.
 *
 * @param tag the name of the element around it
 * @throws {HtmlObstacle} if that is not certain
 */
export function parseHtml(tag: string, raw: string): string {
  const nodes = parseInDocument(tag, raw)
  const normalized = writeHtml(nodes)
  checkSame(nodes, CarefulParser.parseContent(tag, raw))
  if (normalized === raw || scanHtml(tag, normalized) === normalized) return normalized
  checkSame(nodes, parseInDocument(tag, normalized))
  checkSame(nodes, CarefulParser.parseContent(tag, normalized))
  return normalized
}

/** Parses HTML as a part of a document. Throws if it has an effect on the elements around it or after it. */
function parseInDocument(tag: string, raw: string): readonly ChildNode[] {
  const parents: string[] = []
  for (let parent = TABLE_PARENTS[tag]; parent; parent = TABLE_PARENTS[parent]) parents.unshift(parent)
  const tags = [...parents, tag]
  const element = tags.reduceRight((inner, name) => `<${name}>${inner}</${name}>`, raw)
  // An open `<b>` would be repeated around the text. With an open `<form>`, the last one would be missing.
  const document = CarefulParser.parseDocument(
    `<!DOCTYPE html><html><head></head><body>${element}x<hr><form></form>`,
  )
  const [, root] = expectLength(document.childNodes, 2)
  const [head, body] = expectLength(getContent(root, 'html'), 2)
  expectLength(getContent(head, 'head'), 0)
  const [holder, text, rule, form] = expectLength(getContent(body, 'body'), 4)
  if (text === undefined || !('value' in text) || text.value !== 'x') throw new HtmlObstacle(UNBALANCED)
  expectLength(getContent(rule, 'hr'), 0)
  expectLength(getContent(form, 'form'), 0)
  let content: readonly ChildNode[] = holder ? [holder] : []
  for (const name of tags) content = getContent(expectLength(content, 1)[0], name)
  return content
}

function expectLength(nodes: readonly ChildNode[], length: number): readonly ChildNode[] {
  if (nodes.length !== length) throw new HtmlObstacle(UNBALANCED)
  return nodes
}

/** Returns the content of an element without attributes. */
function getContent(node: ChildNode | undefined, tag: string): readonly ChildNode[] {
  if (node === undefined || !('tagName' in node) || node.tagName !== tag || node.attrs.length > 0)
    throw new HtmlObstacle(UNBALANCED)
  return node.childNodes
}

/** Throws if the nodes differ. The nodes of `some` are not deep, because they were written. */
function checkSame(some: readonly ChildNode[], others: readonly ChildNode[]): void {
  expectLength(others, some.length)
  for (let index = 0; index < some.length; index++) {
    const [one, other] = [some[index], others[index]] as [ChildNode, ChildNode]
    if (!isSameNode(one, other)) throw new HtmlObstacle(UNBALANCED)
    if ('childNodes' in one && 'childNodes' in other) checkSame(one.childNodes, other.childNodes)
  }
}

function isSameNode(one: ChildNode, other: ChildNode): boolean {
  if (one.nodeName !== other.nodeName) return false
  if ('value' in one && 'value' in other) return one.value === other.value
  if ('data' in one && 'data' in other) return one.data === other.data
  if (!('attrs' in one && 'attrs' in other) || one.namespaceURI !== other.namespaceURI) return false
  return (
    one.attrs.length === other.attrs.length &&
    one.attrs.every((attribute, index) => {
      const { name, prefix, namespace, value } = other.attrs[index] ?? {}
      return (
        attribute.name === name &&
        attribute.prefix === prefix &&
        attribute.namespace === namespace &&
        attribute.value === value
      )
    })
  )
}
