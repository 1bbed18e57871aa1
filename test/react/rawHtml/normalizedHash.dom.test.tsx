import fc from 'fast-check'
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { describe, expect, it } from 'vitest'
import { hashElement, hashHtml } from '../../../lib/react/compaction/hashHtml.ts'
import { normalizeHtml } from '../../../lib/react/rawHtml/normalizeHtml.ts'
import { listHostileHtml } from '../../support/hostileHtml.ts'
import { randomHtml } from '../../support/randomHtml.ts'

/** Makes the elements that a browser makes of HTML. The parser of the test environment follows no standard. */
function parse(html: string): Element {
  const element = document.createElement('div')
  appendTo(element, parseFragment(html).childNodes)
  return element
}

function appendTo(parent: Element, nodes: readonly DefaultTreeAdapterTypes.ChildNode[]): void {
  for (const node of nodes) {
    if ('value' in node) parent.append(document.createTextNode(node.value))
    else if ('data' in node) parent.append(document.createComment(node.data))
    else if ('tagName' in node) {
      const element = document.createElementNS(node.namespaceURI, node.tagName)
      for (const { prefix, name, namespace, value } of node.attrs) {
        if (namespace === undefined) element.setAttribute(name, value)
        else element.setAttributeNS(namespace, prefix ? `${prefix}:${name}` : name, value)
      }
      appendTo(element, node.childNodes)
      parent.append(element)
    }
  }
}

describe('the hash of normalized HTML', () => {
  it('normalized HTML and the element of a browser have one hash', () => {
    let accepted = 0
    fc.assert(
      fc.property(randomHtml, (raw) => {
        const { html } = normalizeHtml('div', raw)
        if (html === undefined) return
        accepted++
        expect(hashHtml(html)).toBe(hashElement(parse(html)))
      }),
      { numRuns: 2_000 },
    )
    expect(accepted).toBeGreaterThan(500)
  })

  it('hostile HTML that is accepted and the element of a browser have one hash', () => {
    for (const { tag, raw } of listHostileHtml()) {
      const { html } = tag === 'div' ? normalizeHtml(tag, raw) : {}
      if (html !== undefined) expect(hashHtml(html), raw).toBe(hashElement(parse(html)))
    }
  })

  it.each([
    `<p title="it's &quot;A/&gt;&quot;">/&gt; &amp;#x27; <time datetime="A">B</time></p>`,
    '<svg viewBox="0 0 1 1"><linearGradient gradientUnits="A"></linearGradient></svg>',
    '<!--a "B" /* it\'s */-->',
    'a\u00a0b',
  ])('the hash is that of the element: %s', (html) => {
    expect(normalizeHtml('div', html)).toEqual({ html })
    expect(hashHtml(html)).toBe(hashElement(parse(html)))
  })
})
