import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDocumentHtml } from '../../lib/next/documentHtml.ts'

describe('the HTML of a document', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  it('the HTML is taken by id, as often as the document shows it', () => {
    const html = createDocumentHtml()
    const { id } = html.add(['one'])
    expect(html.add(['two']).id).not.toBe(id)
    expect([html.consume(id), html.consume(id)]).toEqual([['one'], ['one']])
    expect(html.consume('another')).toBeUndefined()
  })

  it('the HTML is the same for two copies of a fragment', () => {
    const html = createDocumentHtml()
    const strings = ['one']
    expect(html.add(strings).id).toBe(html.add(strings).id)
  })

  it('nothing comes late once all HTML is shown', async () => {
    const html = createDocumentHtml()
    const [first, second] = [html.add(['one']), html.add(['two'])]
    expect(second.deferredHtml).toBe(first.deferredHtml)
    html.consume(first.id)
    html.consume(second.id)
    expect(await first.deferredHtml).toEqual({})
    expect(vi.getTimerCount()).toBe(0)
  })

  it('the HTML comes late where the document does not show it', async () => {
    const html = createDocumentHtml()
    const [shown, hidden] = [html.add(['one']), html.add(['two'])]
    html.consume(shown.id)
    await vi.advanceTimersByTimeAsync(50)
    expect(await hidden.deferredHtml).toEqual({ [hidden.id]: ['two'] })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('the time to show the HTML counts from the last fragment', async () => {
    const html = createDocumentHtml()
    const first = html.add(['one'])
    await vi.advanceTimersByTimeAsync(40)
    const last = html.add(['two'])
    await vi.advanceTimersByTimeAsync(40)
    html.consume(first.id)
    html.consume(last.id)
    expect(await first.deferredHtml).toEqual({})
  })

  it('the HTML that streams in later is waited for again', async () => {
    const html = createDocumentHtml()
    const early = html.add(['one'])
    html.consume(early.id)
    const late = html.add(['two'])
    expect(late.deferredHtml).not.toBe(early.deferredHtml)
    await vi.advanceTimersByTimeAsync(50)
    expect(await late.deferredHtml).toEqual({ [late.id]: ['two'] })
  })
})
