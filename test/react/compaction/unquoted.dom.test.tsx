import fc from 'fast-check'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { unquoted } from '../../../lib/react/compaction/unquoted.ts'

const parsed = (html: string) => {
  const element = document.createElement('div')
  element.innerHTML = html
  return element
}

describe('HTML without the quotes that it can do without', () => {
  it.each([
    ['a plain value', '<a href="/items/1">x</a>', '<a href=/items/1>x</a>'],
    ['several', '<time dateTime="2026-01-01" id="a:b">', '<time dateTime=2026-01-01 id=a:b>'],
    ['one with a space', '<a title="a b">', '<a title="a b">'],
    ['an empty one', '<p id="">', '<p id="">'],
    ['hyphens', '<p class="a-b" id="a--b" lang="-a">', '<p class=a-b id="a--b" lang="-a">'],
    ['a slash at the end', '<a href="/a/">', '<a href="/a/">'],
    ['an element that ends itself', '<img alt="a" src="b"/>', '<img alt=a src="b"/>'],
    ['what ends attributes', '<a title="a&gt;b" lang="a=b">', '<a title="a&gt;b" lang="a=b">'],
    ['text about attributes', '<b>a=&quot;b&quot; </b>', '<b>a=&quot;b&quot; </b>'],
  ])('%s', (_, quoted, short) => {
    expect(unquoted(quoted)).toBe(short)
    expect(unquoted(short)).toBe(short)
  })

  const value = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'aB0-_.:/#?%+=&<>"\'` \t\n\u2028é') }),
  )

  it('is the same document, whatever is in it, and no byte longer', () => {
    fc.assert(
      fc.property(value, value, value, (title, className, text) => {
        fc.pre(!/[\r\0]/.test(title + className + text))
        const tree = createElement('p', { title, className }, createElement('b', { lang: title }, text), text)
        const html = renderToString(tree)
        const short = unquoted(html)
        expect(parsed(short).isEqualNode(parsed(html))).toBe(true)
        expect(parsed(short).firstElementChild?.getAttribute('title')).toBe(title)
        expect(short.length).toBeLessThanOrEqual(html.length)
      }),
      { numRuns: 2_000 },
    )
  })

  it('escapes what could break out exactly as React does', () => {
    for (const hostile of [
      '"onload="x',
      "' onload='x",
      '><script>',
      '</script>',
      '<!--',
      '\u2028',
      '`',
      'a b=c',
    ]) {
      const html = renderToString(createElement('p', { title: hostile }, hostile))
      expect(unquoted(html)).toBe(html)
    }
  })
})
