import { afterEach, describe, expect, it } from 'vitest'
import { type DomHtml, getDomHtml } from '../../../lib/next/client/domHtml.ts'
import { hashHtml } from '../../../lib/react/compaction/hashHtml.ts'

let texts = 0

/** HTML that no other test has, and its element in the page as a document brings it. */
function renderFromDocument() {
  const html = `text <b class="c">${++texts}</b>`
  const element = document.createElement('p')
  element.innerHTML = html
  document.body.append(element)
  const inPage = getDomHtml('p', hashHtml(html), true) as DomHtml
  return { html, element, inPage }
}

const mountedText = ({ props }: DomHtml) =>
  String((props.dangerouslySetInnerHTML as { __html: unknown }).__html)
const attach = ({ props }: DomHtml, element: Element | null) =>
  (props.ref as (element: Element | null) => void)(element)

afterEach(() => {
  document.body.replaceChildren()
})

describe('HTML that came with the document', () => {
  it('the HTML is found by its hash where nothing has been hydrated', () => {
    const { html, inPage } = renderFromDocument()
    expect(inPage.isAvailable()).toBe(true)
    expect(mountedText(inPage)).toBe(html)
  })

  it('the HTML is what its element shows, or showed until it was unmounted', () => {
    const { html, element, inPage } = renderFromDocument()
    attach(inPage, element)
    attach(inPage, null)
    element.remove()
    expect(inPage.isAvailable()).toBe(true)
    expect(mountedText(inPage)).toBe(html)
  })

  it('the HTML is mounted again while its altered element is still there', () => {
    const { element, inPage } = renderFromDocument()
    attach(inPage, element)
    element.querySelector('b')?.setAttribute('data-extension', '1')
    expect(inPage.isAvailable()).toBe(true)
    expect(mountedText(inPage)).toBe(element.innerHTML)
    expect(mountedText(inPage)).toContain('data-extension')
  })

  it('the HTML of an altered document is used for want of better', async () => {
    const { element, inPage } = renderFromDocument()
    attach(inPage, element)
    element.append('translated')
    attach(inPage, null)
    element.remove()
    // What was looked up in the page is forgotten with the task in which it was.
    await new Promise((resolve) => setTimeout(resolve))
    expect(inPage.isAvailable()).toBe(false)
    expect(mountedText(inPage)).toContain('translated')
  })

  it('the HTML is corrected where the document shows an older state', () => {
    const { html, element, inPage } = renderFromDocument()
    attach(inPage, element)
    const before = element.firstChild
    inPage.overwrite(html)
    expect(element.firstChild).toBe(before)
    element.innerHTML = 'an older state'
    inPage.overwrite(html)
    expect(element.innerHTML).toBe(html)
    expect(mountedText(inPage)).toBe(html)
  })

  it('no HTML is expected of a navigation', () => {
    expect(getDomHtml('p', hashHtml('<b>never in a document</b>'), false)).toBeUndefined()
    const { html, inPage } = renderFromDocument()
    expect(getDomHtml('p', hashHtml(html), false)).toBe(inPage)
  })
})
