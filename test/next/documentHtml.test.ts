import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDocumentHtml } from '../../lib/next/documentHtml.ts'

describe('the HTML of a document', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  it('HTML of a document is returned by id any number of times', () => {
    const html = createDocumentHtml()
    const { id } = html.add({ html: ['one'] })
    expect(html.add({ html: ['two'] }).id).not.toBe(id)
    expect([html.markShown(id), html.markShown(id)]).toEqual([{ html: ['one'] }, { html: ['one'] }])
    expect(html.markShown('another')).toBeUndefined()
  })

  it('two copies of a fragment have the same id in a document', () => {
    const html = createDocumentHtml()
    const strings = ['one']
    expect(html.add({ html: strings }).id).toBe(html.add({ html: strings }).id)
  })

  it('a copy in a stored shell is deferred, although the document shows another copy', async () => {
    const html = createDocumentHtml()
    const strings = ['one']
    const [inShell, shown] = [html.add({ html: strings }, true), html.add({ html: strings }, true)]
    html.markShown(shown.id)
    await vi.advanceTimersByTimeAsync(50)
    expect(await shown.deferredHtml).toEqual({ [inShell.id]: ['one'] })
  })

  it('no HTML is deferred once the document has shown all', async () => {
    const html = createDocumentHtml()
    const [first, second] = [html.add({ html: ['one'] }), html.add({ html: ['two'] })]
    expect(second.deferredHtml).toBe(first.deferredHtml)
    html.markShown(first.id)
    html.markShown(second.id)
    expect(await first.deferredHtml).toEqual({})
    expect(vi.getTimerCount()).toBe(0)
  })

  it('HTML that the document does not show is deferred', async () => {
    const html = createDocumentHtml()
    const [shown, hidden] = [html.add({ html: ['one'] }), html.add({ html: ['two'] })]
    html.markShown(shown.id)
    await vi.advanceTimersByTimeAsync(50)
    expect(await hidden.deferredHtml).toEqual({ [hidden.id]: ['two'] })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('the time to show HTML counts from the last fragment', async () => {
    const html = createDocumentHtml()
    const first = html.add({ html: ['one'] })
    await vi.advanceTimersByTimeAsync(40)
    const last = html.add({ html: ['two'] })
    await vi.advanceTimersByTimeAsync(40)
    html.markShown(first.id)
    html.markShown(last.id)
    expect(await first.deferredHtml).toEqual({})
  })

  it('HTML that streams in later has its own time to be shown', async () => {
    const html = createDocumentHtml()
    const early = html.add({ html: ['one'] })
    html.markShown(early.id)
    const late = html.add({ html: ['two'] })
    expect(late.deferredHtml).not.toBe(early.deferredHtml)
    await vi.advanceTimersByTimeAsync(50)
    expect(await late.deferredHtml).toEqual({ [late.id]: ['two'] })
  })
})
