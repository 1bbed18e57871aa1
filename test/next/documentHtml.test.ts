import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDocumentHtml } from '../../lib/next/documentHtml.ts'

describe('the HTML of a document', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  it('is taken by id, as often as the document shows it', () => {
    const html = createDocumentHtml()
    const { id } = html.add(['one'])
    expect(html.add(['two']).id).not.toBe(id)
    expect([html.consume(id), html.consume(id)]).toEqual([['one'], ['one']])
    expect(html.consume('another')).toBeUndefined()
  })

  it('is the same for two copies of a fragment', () => {
    const html = createDocumentHtml()
    const strings = ['one']
    expect(html.add(strings).id).toBe(html.add(strings).id)
  })

  it('leaves nothing to come late as soon as all of it is shown', async () => {
    const html = createDocumentHtml()
    const [first, second] = [html.add(['one']), html.add(['two'])]
    expect(second.deferredHtml).toBe(first.deferredHtml)
    html.consume(first.id)
    html.consume(second.id)
    expect(await first.deferredHtml).toEqual({})
    expect(vi.getTimerCount()).toBe(0)
  })

  it('comes late where the document does not show it', async () => {
    const html = createDocumentHtml()
    const [shown, hidden] = [html.add(['one']), html.add(['two'])]
    html.consume(shown.id)
    await vi.advanceTimersByTimeAsync(50)
    expect(await hidden.deferredHtml).toEqual({ [hidden.id]: ['two'] })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('has time to be shown from the last fragment on', async () => {
    const html = createDocumentHtml()
    const first = html.add(['one'])
    await vi.advanceTimersByTimeAsync(40)
    const last = html.add(['two'])
    await vi.advanceTimersByTimeAsync(40)
    html.consume(first.id)
    html.consume(last.id)
    expect(await first.deferredHtml).toEqual({})
  })

  it('is waited for anew for what streams in later', async () => {
    const html = createDocumentHtml()
    const early = html.add(['one'])
    html.consume(early.id)
    const late = html.add(['two'])
    expect(late.deferredHtml).not.toBe(early.deferredHtml)
    await vi.advanceTimersByTimeAsync(50)
    expect(await late.deferredHtml).toEqual({ [late.id]: ['two'] })
  })
})
