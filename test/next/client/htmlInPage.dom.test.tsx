import { afterEach, describe, expect, it } from 'vitest'
import { type HtmlInPage, htmlInPage } from '../../../lib/next/client/htmlInPage.ts'
import { markOf } from '../../../lib/react/compaction/mark.ts'

let texts = 0

/** HTML that no other test has, and its element in the page as a document brings it. */
function brought() {
  const html = `text <b class="c">${++texts}</b>`
  const element = document.createElement('p')
  element.innerHTML = html
  document.body.append(element)
  const inPage = htmlInPage('p', markOf(html), true) as HtmlInPage
  return { html, element, inPage }
}

const mountedText = ({ props }: HtmlInPage) =>
  String((props.dangerouslySetInnerHTML as { __html: unknown }).__html)
const attach = ({ props }: HtmlInPage, element: Element | null) =>
  (props.ref as (element: Element | null) => void)(element)

afterEach(() => {
  document.body.replaceChildren()
})

describe('HTML that came with the document', () => {
  it('is found by its mark where nothing has been hydrated', () => {
    const { html, inPage } = brought()
    expect(inPage.find()).toBe(true)
    expect(mountedText(inPage)).toBe(html)
  })

  it('is what its element shows, or showed until it was unmounted', () => {
    const { html, element, inPage } = brought()
    attach(inPage, element)
    attach(inPage, null)
    element.remove()
    expect(inPage.find()).toBe(true)
    expect(mountedText(inPage)).toBe(html)
  })

  it('is mounted anew while its element is still there, also after others have altered that', () => {
    const { element, inPage } = brought()
    attach(inPage, element)
    element.querySelector('b')?.setAttribute('data-extension', '1')
    expect(inPage.find()).toBe(true)
    expect(mountedText(inPage)).toBe(element.innerHTML)
    expect(mountedText(inPage)).toContain('data-extension')
  })

  it('is not found in what others have made of it, but that is better than nothing', async () => {
    const { element, inPage } = brought()
    attach(inPage, element)
    element.append('translated')
    attach(inPage, null)
    element.remove()
    // What was looked up in the page is forgotten with the task in which it was.
    await new Promise((resolve) => setTimeout(resolve))
    expect(inPage.find()).toBe(false)
    expect(mountedText(inPage)).toContain('translated')
  })

  it('is corrected where the document shows an older state', () => {
    const { html, element, inPage } = brought()
    attach(inPage, element)
    const before = element.firstChild
    inPage.correct(html)
    expect(element.firstChild).toBe(before)
    element.innerHTML = 'an older state'
    inPage.correct(html)
    expect(element.innerHTML).toBe(html)
    expect(mountedText(inPage)).toBe(html)
  })

  it('is not expected of what a navigation brings', () => {
    expect(htmlInPage('p', markOf('<b>never in a document</b>'), false)).toBeUndefined()
    const { html, inPage } = brought()
    expect(htmlInPage('p', markOf(html), false)).toBe(inPage)
  })
})
