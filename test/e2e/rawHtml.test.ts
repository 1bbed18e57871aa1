import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { hashHtml } from '../../lib/react/compaction/hashHtml.ts'
import {
  AT_ROOT,
  areAllParsedInPlace,
  getChildContext,
  isParsedInPlace,
} from '../../lib/react/compaction/parserContext.ts'
import { normalizeHtml } from '../../lib/react/rawHtml/normalizeHtml.ts'
import { test } from '../support/demoTest.ts'
import { listHostileHtml } from '../support/hostileHtml.ts'
import { addHashing, compareInBrowser, type HtmlCase, listTableParents } from '../support/htmlInBrowser.ts'
import { randomContent } from '../support/randomHtml.ts'

// The elements that Chromium makes of HTML that became part of a fragment. The page of the demo does not matter.

describe('normalized HTML in a browser', () => {
  test('hostile HTML is refused, or makes the same elements everywhere', async ({ newVisitor }) => {
    const cases = listHostileHtml().flatMap(({ tag, raw }) => toCase(tag, raw, []))
    expect(cases.length).toBeGreaterThan(500)
    const page = await newVisitor({ tolerated: /./ })
    expect(await compareInBrowser(page, cases)).toEqual([])
  })

  test('generated HTML is refused, or makes the same elements everywhere', async ({ newVisitor }) => {
    const samples = fc.sample(fc.tuple(randomContent, randomPath), 2_000)
    const cases = samples.flatMap(([[tag, raw], path]) => toCase(tag, raw, path))
    expect(cases.length).toBeGreaterThan(500)
    expect(cases.filter(({ around }) => around.length > 0).length).toBeGreaterThan(200)
    const page = await newVisitor({ tolerated: /./ })
    expect(await compareInBrowser(page, cases)).toEqual([])
  })
})

test('an element is hashed, although inputs hide the fields of a form in it', async ({ newVisitor }) => {
  const names = ['attributes', 'childNodes', 'localName', 'nodeType', 'nodeValue']
  const html = `<form id="f">${names.map((name) => `<input name="${name}"/>`).join('')}</form>`
  const page = await newVisitor({ tolerated: /./ })
  await addHashing(page)
  const hash = await page.evaluate((html) => {
    const element = document.createElement('div')
    element.innerHTML = html
    return window.hashing?.hashElement(element)
  }, html)
  expect(hash).toBe(hashHtml(html))
})

const randomPath = fc
  .array(
    fc.constantFrom(
      ...'a article b blockquote button dd details div dl dt form h1 i label li nobr object p ruby section span ul'.split(
        ' ',
      ),
      'svg foreignObject',
      'table tbody tr td',
    ),
    { maxLength: 4 },
  )
  .map((names) => names.flatMap((name) => name.split(' ')))

/** Leaves out elements around the HTML that a parser would close, because `areAllParsedInPlace` refuses such HTML. */
function toCase(tag: string, raw: string, path: readonly string[]): HtmlCase[] {
  const { html } = normalizeHtml(tag, raw)
  if (html === undefined) return []
  let context = getChildContext('main', AT_ROOT)
  let isInPlace = true
  for (const name of [...path, ...listTableParents(tag), tag]) {
    isInPlace &&= isParsedInPlace(name, context)
    context = getChildContext(name, context)
  }
  const around = isInPlace && areAllParsedInPlace(html, context) ? path : []
  return [{ tag, raw, html, hash: hashHtml(html), around }]
}
