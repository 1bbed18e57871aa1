import fc from 'fast-check'
import { createElement, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { hashElement, hashHtml } from '../../../lib/react/compaction/hashHtml.ts'

/** The marks of React's HTML inside an element, and of the nodes that a document makes of it. */
function hashesOf(...children: ReactNode[]): string[] {
  const html = renderToString(createElement('div', null, ...children)).slice(5, -6)
  return [hashHtml(html), hashElement(parsed(html))]
}

function parsed(html: string): Element {
  const element = document.createElement('div')
  element.innerHTML = html
  return element
}

const contents: Record<string, ReactNode> = {
  'quotes in text': `it's "so"`,
  'quotes and brackets in attributes': createElement('a', { title: `it's <"so"> & so` }, 'a'),
  'void elements': [
    createElement('br', { key: 1 }),
    createElement('img', { key: 2, loading: 'lazy', src: '/a.png' }),
  ],
  'names in capitals': createElement('time', { dateTime: '2026-01-01' }, 'today'),
  'hard spaces': 'a\u00a0b',
  'text beside text': ['a', 'b', 5],
  'several attributes, some of them empty': createElement(
    'a',
    { className: 'A', href: '/aB/c?d#e', title: 'f g', lang: 'x=y', id: '' },
    createElement('time', { dateTime: '2026-01-01T00:00+01:00' }, 'a="b" c=d'),
  ),
  'a slash at the end of an attribute': createElement('a', { href: '/a/' }, 'a/>'),
}

describe('a mark', () => {
  for (const [what, content] of Object.entries(contents)) {
    it(`the hash is the same for ${what}, as React writes and a document holds it`, () => {
      expect(new Set(hashesOf(content)).size).toBe(1)
    })
  }

  it('the hash is the same in React and in a document for any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, title) => {
        fc.pre(!/[\r\0]/.test(text + title))
        expect(new Set(hashesOf(createElement('b', { title }, text))).size).toBe(1)
      }),
    )
  })
})
