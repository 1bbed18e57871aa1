import fc from 'fast-check'
import { createElement, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { hashElement, hashHtml } from '../../../lib/react/compaction/hashHtml.ts'

/** Returns the hash of the HTML that React writes, and of the element that a browser parses from it. */
function computeHashes(...children: ReactNode[]): string[] {
  const html = renderToString(createElement('div', null, ...children)).slice(5, -6)
  return [hashHtml(html), hashElement(parse(html))]
}

function parse(html: string): Element {
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
  'capitals and equals signs in values': createElement(
    'time',
    { dateTime: 'A="b" C=', title: 'x Data=', className: 'B/' },
    'fooBar="a" <Br/>',
  ),
  'elements of a drawing': createElement(
    'svg',
    { viewBox: '0 0 1 1' },
    createElement('linearGradient', { id: 'A', gradientUnits: 'userSpaceOnUse' }),
  ),
  'hard spaces': 'a\u00a0b',
  'text beside text': ['a', 'b', 5],
  'several attributes, some of them empty': createElement(
    'a',
    { className: 'A', href: '/aB/c?d#e', title: 'f g', lang: 'x=y', id: '' },
    createElement('time', { dateTime: '2026-01-01T00:00+01:00' }, 'a="b" c=d'),
  ),
  'a slash at the end of an attribute': createElement('a', { href: '/a/' }, 'a/>'),
}

describe('the hash of an element', () => {
  for (const [name, content] of Object.entries(contents)) {
    it(`the HTML of React and the parsed element have one hash: ${name}`, () => {
      expect(new Set(computeHashes(content)).size).toBe(1)
    })
  }

  it('the HTML of React and the parsed element have one hash for any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, title) => {
        fc.pre(!/[\r\0]/.test(text + title))
        expect(new Set(computeHashes(createElement('b', { title }, text))).size).toBe(1)
      }),
    )
  })
})
