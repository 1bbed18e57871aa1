import type { Page } from 'playwright-core'
import { build } from 'vite'

/** HTML of a site, and its normalized form. */
export interface HtmlCase {
  /** The name of the element around the HTML. */
  readonly tag: string
  readonly raw: string
  readonly html: string
  /** The `hashHtml` of `html`. */
  readonly hash: string
  /** Names of the elements around that element, outermost first. */
  readonly around: readonly string[]
}

declare global {
  interface Window {
    hashing?: { hashElement(element: Element): string }
  }
}

/**
 * Compares what the parser of a browser makes of HTML and of its normalized form, in documents and as inner HTML.
 *
 * @returns a line for each difference
 */
export async function compareInBrowser(page: Page, cases: readonly HtmlCase[]): Promise<string[]> {
  await addHashing(page)
  const items = cases.map((item) => ({
    ...item,
    path: [...item.around, ...listTableParents(item.tag), item.tag],
  }))
  return page.evaluate(compareAll, items)
}

/** Adds `window.hashing` to a page. */
export async function addHashing(page: Page): Promise<void> {
  if (!(await page.evaluate(() => 'hashing' in window)))
    await page.addScriptTag({ content: await bundleHashing() })
}

/** Lists the elements that a parser needs around an element of a table, outermost first. */
export function listTableParents(tag: string): string[] {
  const parent = TABLE_PARENTS[tag]
  return parent === undefined ? [] : [...listTableParents(parent), parent]
}

const TABLE_PARENTS: Readonly<Record<string, string>> = {
  caption: 'table',
  thead: 'table',
  tbody: 'table',
  tfoot: 'table',
  tr: 'tbody',
  td: 'tr',
  th: 'tr',
}

async function bundleHashing(): Promise<string> {
  const entry = new URL('../../lib/react/compaction/hashHtml.ts', import.meta.url).pathname
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'hashing' } },
  })
  const [bundle] = Array.isArray(built) ? built : [built]
  const [chunk] = bundle !== undefined && 'output' in bundle ? bundle.output : []
  if (chunk === undefined) throw new Error('The hashing was not bundled.')
  return chunk.code
}

/** Runs in the browser. */
function compareAll(cases: readonly (HtmlCase & { readonly path: readonly string[] })[]): string[] {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  const differences: string[] = []
  for (const item of cases) {
    const found = compare(item)
    if (found !== undefined) differences.push(`${found}: ${JSON.stringify(item)}`)
  }
  frame.remove()
  return differences

  function compare({ tag, raw, html, hash, path }: (typeof cases)[number]): string | undefined {
    const element = createElement(tag, raw)
    const expected = describe(element)
    const isEqual = (other: Element) => describe(other) === expected
    if (!isEqual(createElement(tag, html))) return 'inner HTML'
    if (!isEqual(createElement(tag, element.innerHTML))) return 'inner HTML that the browser wrote'
    if (window.hashing?.hashElement(element) !== hash) return 'hash'
    const root = createElement('div', wrap(path, html))
    if (!isEqual(follow(root, path))) return 'inner HTML of an element around it'
    if (!isEqual(follow(createElement('div', root.innerHTML), path)))
      return 'HTML of an element around it that the browser wrote'
    const written = parseDocument(path, html)
    if (!isEqual(written.holder)) return 'document'
    written.holder.replaceChildren()
    const empty = parseDocument(path, '')
    if (describe(written.root) !== describe(empty.root)) return 'document around it'
    const before = parseDocument(path, raw)
    if (!isEqual(before.holder)) return 'document with the HTML of the site'
    before.holder.replaceChildren()
    if (describe(before.root) !== describe(empty.root)) return 'document around the HTML of the site'
    return undefined
  }

  function createElement(tag: string, html: string): Element {
    const other = document.implementation.createHTMLDocument()
    const element =
      tag === 'svg' ? other.createElementNS('http://www.w3.org/2000/svg', tag) : other.createElement(tag)
    element.innerHTML = html
    return element
  }

  function wrap(path: readonly string[], html: string): string {
    return path.reduceRight((content, name) => `<${name}>${content}</${name}>`, html)
  }

  function parseDocument(path: readonly string[], html: string): { root: Element; holder: Element } {
    const { contentDocument } = frame
    if (contentDocument === null) throw new Error('The frame has no document.')
    // HTML may have an image with the name of a property of the document.
    const prototype: Pick<Document, 'write' | 'close'> & { open(): Document } = Document.prototype
    prototype.open.call(contentDocument)
    prototype.write.call(
      contentDocument,
      `<!DOCTYPE html><body><div id="before"></div><main>${wrap(path, html)}</main><p id="after">text<form></form>`,
    )
    prototype.close.call(contentDocument)
    const root = document.createTreeWalker(contentDocument, NodeFilter.SHOW_ELEMENT).nextNode() as Element
    const main = root.lastElementChild?.children[1]
    // HTML in another place than expected shows as a difference.
    return { root, holder: follow(main ?? root, path) }
  }

  function follow(root: Element, path: readonly string[]): Element {
    let element = root
    for (const name of path) {
      const [child] = element.children
      if (child?.localName !== name) return document.createElement('mismatch')
      element = child
    }
    return element
  }

  /** Lists all nodes with their depth. Text that was inserted in two steps may be two nodes. */
  function describe(element: Element): string {
    const lines: string[] = []
    const visit = (node: Node, depth: number) => {
      const indent = `\n${depth} `
      if (node.nodeType === Node.TEXT_NODE) {
        const last = lines.at(-1)
        const isText = last?.startsWith(`${indent}#text `)
        if (isText) lines[lines.length - 1] = last + (node.nodeValue ?? '')
        else lines.push(`${indent}#text ${node.nodeValue}`)
        return
      }
      if (node.nodeType !== Node.ELEMENT_NODE) {
        lines.push(`${indent}${node.nodeName} ${node.nodeValue}`)
        return
      }
      const { namespaceURI, localName, attributes } = node as Element
      lines.push(`${indent}${namespaceURI} ${localName}`)
      for (const { namespaceURI, name, value } of attributes) {
        lines.push(`${indent}@${namespaceURI} ${name}=${JSON.stringify(value)}`)
      }
      for (const child of node.childNodes) visit(child, depth + 1)
    }
    visit(element, 0)
    return lines.join('')
  }
}
