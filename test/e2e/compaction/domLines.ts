import type { Page } from 'playwright-core'

/**
 * - `exact`: the DOM of a document
 * - `mounted`: the DOM that React has mounted, without differences that no reader and no stylesheet can detect. In
 *   markup React writes `<!-- -->` between two texts, and when it mounts them it creates two text nodes. It sets styles
 *   one by one, so `style="margin:0"` becomes `margin: 0px`.
 */
export type Comparison = 'exact' | 'mounted'

/** Reads the DOM of a page: an indented line for each node, attribute and property. */
export function readDomLines(page: Page, comparison: Comparison, root = 'html'): Promise<string[]> {
  return page.evaluate(readDom, { comparison, root })
}

function readDom({ comparison, root }: { comparison: Comparison; root: string }): string[] {
  const lines: string[] = []
  const isMounted = comparison === 'mounted'
  const properties = [
    'value',
    'defaultValue',
    'checked',
    'defaultChecked',
    'indeterminate',
    'selected',
    'selectedIndex',
    'open',
    'muted',
    'hidden',
    'disabled',
    'isContentEditable',
  ]
  const namespaces: Record<string, string> = {
    'http://www.w3.org/2000/svg': 'svg:',
    'http://www.w3.org/1998/Math/MathML': 'math:',
    'http://www.w3.org/1999/xhtml': '',
  }

  for (const element of document.querySelectorAll(root)) visit(element, '')
  return lines

  function visit(node: Node, indent: string): void {
    if (node instanceof Element) visitElement(node, indent)
    else if (node.nodeType === Node.COMMENT_NODE) lines.push(`${indent}<!--${node.nodeValue}-->`)
    else lines.push(`${indent}${node.nodeName} ${JSON.stringify(node.nodeValue)}`)
  }

  function visitElement(element: Element, indent: string): void {
    if (isOfNext(element)) return
    const namespace = element.namespaceURI ?? ''
    lines.push(`${indent}<${namespaces[namespace] ?? namespace}${element.localName}>`)
    const attributes = [...element.attributes]
      // This attribute differs between a page and its twin.
      .filter(({ name }) => name !== 'data-page')
      .map((attribute) => {
        const namespace = attribute.namespaceURI ?? ''
        return `${indent}  ${namespace}@${attribute.name}=${formatValue(element, attribute)}`
      })
    // React sets the attributes of mounted elements in another order.
    lines.push(...(isMounted ? attributes.sort() : attributes))
    const live = element as unknown as Record<string, unknown>
    for (const name of properties) {
      if (name in element) lines.push(`${indent}  .${name}=${JSON.stringify(live[name])}`)
    }
    visitChildren(element, `${indent}  `)
    if (element instanceof HTMLTemplateElement) {
      lines.push(`${indent}  #content`)
      visitChildren(element.content, `${indent}    `)
    }
  }

  function visitChildren(parent: Node, indent: string): void {
    let text = ''
    const endText = () => {
      if (text !== '') lines.push(`${indent}#text ${JSON.stringify(text)}`)
      text = ''
    }
    for (const child of listChildren(parent)) {
      if (isMounted && child instanceof Text) text += child.data
      else if (!(isMounted && child instanceof Comment && child.data === ' ')) {
        endText()
        visit(child, indent)
      }
    }
    endText()
  }

  /** Navigations add hoisted elements to the head in the order of their arrival. */
  function listChildren(parent: Node): Node[] {
    const children = [...parent.childNodes]
    if (!isMounted || parent !== document.head) return children
    const html = (node: Node) => (node instanceof Element ? node.outerHTML : '')
    return children.sort((one, other) => (html(one) < html(other) ? -1 : 1))
  }

  function formatValue(element: Element, { name, value }: Attr): string {
    if (isMounted && name === 'style' && element instanceof HTMLElement) return element.style.cssText
    // React numbers the ids of mounted components in the order of their arrival.
    if (isMounted && name === 'id') return value.replace(/^_r_\w+_$/, '(id)')
    return JSON.stringify(value)
  }

  /** Whether an element belongs to Next: data, scripts and tools, which depend on the way the page was loaded. */
  function isOfNext(element: Element): boolean {
    if (element.localName === 'nextjs-portal' || element.localName === 'next-route-announcer') return true
    if (element.localName === 'script') return element.getAttribute('src') !== '/own.js'
    // Next numbers the arguments of Server Actions in the order of their registration, and encrypts the closed-over
    // values differently each time. behaviours/actions.ts tests that the forms work.
    if (element.getAttribute('name')?.startsWith('$ACTION_')) return true
    if (element.localName !== 'link') return false
    // Server components preload images, and a hit renders no server components.
    return ['script', 'image'].includes(element.getAttribute('as') ?? '')
  }
}
