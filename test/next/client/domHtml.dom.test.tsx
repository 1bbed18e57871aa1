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
  it('HTML of a document is found by its hash before hydration', () => {
    const { html, inPage } = renderFromDocument()
    expect(inPage.isAvailable()).toBe(true)
    expect(mountedText(inPage)).toBe(html)
  })

  it('an element is compared for itself, also where another one was mounted after it', () => {
    const { element, inPage } = renderFromDocument()
    const older = document.createElement('p')
    older.innerHTML = 'older'
    attach(inPage, element)
    attach(inPage, older)
    expect([element, older].map(inPage.isShown)).toEqual([true, false])
  })

  it('HTML of a document is known after its element was unmounted', () => {
    const { html, element, inPage } = renderFromDocument()
    attach(inPage, element)
    attach(inPage, null)
    element.remove()
    expect(inPage.isAvailable()).toBe(true)
    expect(mountedText(inPage)).toBe(html)
  })

  it('HTML of an altered element is mounted again as it is', () => {
    const { element, inPage } = renderFromDocument()
    attach(inPage, element)
    element.querySelector('b')?.setAttribute('data-extension', '1')
    expect(inPage.isAvailable()).toBe(true)
    expect(mountedText(inPage)).toBe(element.innerHTML)
    expect(mountedText(inPage)).toContain('data-extension')
  })

  it('HTML of an altered element is used when the original is gone', async () => {
    const { element, inPage } = renderFromDocument()
    attach(inPage, element)
    element.append('translated')
    attach(inPage, null)
    element.remove()
    // The hashes of the page are forgotten at the end of the task that looked them up.
    await new Promise((resolve) => setTimeout(resolve))
    expect(inPage.isAvailable()).toBe(false)
    expect(mountedText(inPage)).toContain('translated')
  })

  it('HTML of a document is corrected when it shows an older state', () => {
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

  it('HTML of a navigation is not looked for in the page', () => {
    expect(getDomHtml('p', hashHtml('<b>never in a document</b>'), false)).toBeUndefined()
    const { html, inPage } = renderFromDocument()
    expect(getDomHtml('p', hashHtml(html), false)).toBe(inPage)
  })
})
