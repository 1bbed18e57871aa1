import type { Page } from 'playwright-core'

/**
 * - `exact`: as a document has brought it
 * - `mounted`: as a browser has made it. React writes `<!-- -->` between two texts, which markup from a string
 *   keeps, and makes two text nodes where it mounts them itself; no reader and no stylesheet can tell. Styles it
 *   sets one by one, and what it makes of `style="margin:0"` reads `margin: 0px`.
 */
export type Comparison = 'exact' | 'mounted'

/** The live DOM of a page, a line for each node, attribute and live property, indented by depth. */
export function domLines(page: Page, comparison: Comparison, root = 'html'): Promise<string[]> {
  return page.evaluate(readDom, { comparison, root })
}

function readDom({ comparison, root }: { comparison: Comparison; root: string }): string[] {
  const lines: string[] = []
  const mounted = comparison === 'mounted'
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
      // It tells a page from its twin.
      .filter(({ name }) => name !== 'data-page')
      .map((attribute) => {
        const namespace = attribute.namespaceURI ?? ''
        return `${indent}  ${namespace}@${attribute.name}=${writtenValue(element, attribute)}`
      })
    // React mounts attributes in an order of its own.
    lines.push(...(mounted ? attributes.sort() : attributes))
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
    for (const child of childrenOf(parent)) {
      if (mounted && child instanceof Text) text += child.data
      else if (!(mounted && child instanceof Comment && child.data === ' ')) {
        endText()
        visit(child, indent)
      }
    }
    endText()
  }

  /** What is hoisted by navigations comes into the head in the order in which it arrives. */
  function childrenOf(parent: Node): Node[] {
    const children = [...parent.childNodes]
    if (!mounted || parent !== document.head) return children
    const html = (node: Node) => (node instanceof Element ? node.outerHTML : '')
    return children.sort((one, other) => (html(one) < html(other) ? -1 : 1))
  }

  function writtenValue(element: Element, { name, value }: Attr): string {
    if (mounted && name === 'style' && element instanceof HTMLElement) return element.style.cssText
    // React counts what it mounts, in the order in which it arrives.
    if (mounted && name === 'id') return value.replace(/^_r_\w+_$/, '(id)')
    return JSON.stringify(value)
  }

  /** Data, scripts and tools, which differ with how a page came about. */
  function isOfNext(element: Element): boolean {
    if (element.localName === 'nextjs-portal' || element.localName === 'next-route-announcer') return true
    if (element.localName === 'script') return element.getAttribute('src') !== '/own.js'
    // What a Server Action is called with before hydration is numbered in the order in which it became known,
    // and what the action closes over is encrypted anew each time: whether such forms work is another test.
    if (element.getAttribute('name')?.startsWith('$ACTION_')) return true
    if (element.localName !== 'link') return false
    // Server components ask for images to be loaded ahead, and in a hit none is rendered.
    return ['script', 'image'].includes(element.getAttribute('as') ?? '')
  }
}
