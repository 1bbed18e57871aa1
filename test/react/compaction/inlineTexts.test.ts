import fc from 'fast-check'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { HASH_LENGTH, hashHtml } from '../../../lib/react/compaction/hashHtml.ts'
import { createContentReader, inlineTexts } from '../../../lib/react/compaction/inlineTexts.ts'

const inline = (html: readonly string[]) => inlineTexts({ html, htmlHashes: html.map(hashHtml).join('') })

/** Reads all contents. HTML comes back through its index. */
function readAll(html: readonly string[]) {
  const inlined = inline(html)
  const read = createContentReader(inlined.contents)
  return html.map(() => {
    const content = read()
    if (content.text !== undefined) return { text: content.text }
    return { hash: content.hash, html: inlined.html[content.htmlIndex] }
  })
}

const renderText = (text: string) => renderToStaticMarkup(createElement('p', null, text)).slice(3, -4)

it('short texts stand in place of their hashes', () => {
  expect(inline(['One', 'Two &amp; a half', ''])).toEqual({ contents: '|One||Two & a half|||', html: [] })
})

it.each([
  ['elements', '<b>One</b>'],
  ['comments', 'One<!-- --> two'],
  ['an entity that React does not write', 'One&nbsp;two'],
  ['the mark between texts', 'One|two'],
  ['a carriage return, which a parser replaces', 'One\rtwo'],
  ['many characters', 'One, two, three, four, five, six, seven'],
])('HTML with %s has a hash', (_, html) => {
  expect(inline([html])).toEqual({ contents: hashHtml(html), html: [html] })
  expect(hashHtml(html)).toHaveLength(HASH_LENGTH)
})

it('each content is read back in its order', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '|', '<', '&', '"', "'", ' ', 'é', '€', '\n'),
    maxLength: 12,
  })
  const html = fc.oneof(text.map(renderText), fc.constantFrom('<b>x</b>', '&nbsp;', 'a'.repeat(40)))
  fc.assert(
    fc.property(fc.array(html, { maxLength: 8 }), (list) => {
      for (const [index, content] of readAll(list).entries()) {
        const original = list[index] ?? ''
        if (content.text !== undefined) expect(renderText(content.text)).toBe(original)
        else expect(content).toEqual({ hash: hashHtml(original), html: original })
      }
    }),
  )
})
