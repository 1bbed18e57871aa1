import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHtmlOfDocument } from '../../lib/next/htmlOfDocument.ts'

describe('the HTML of a document', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  it('is taken by id, as often as the document shows it', () => {
    const html = createHtmlOfDocument()
    const { id } = html.add(['one'])
    expect(html.add(['two']).id).not.toBe(id)
    expect([html.take(id), html.take(id)]).toEqual([['one'], ['one']])
    expect(html.take('another')).toBeUndefined()
  })

  it('is the same for two copies of a fragment', () => {
    const html = createHtmlOfDocument()
    const strings = ['one']
    expect(html.add(strings).id).toBe(html.add(strings).id)
  })

  it('leaves nothing to come late as soon as all of it is shown', async () => {
    const html = createHtmlOfDocument()
    const [first, second] = [html.add(['one']), html.add(['two'])]
    expect(second.late).toBe(first.late)
    html.take(first.id)
    html.take(second.id)
    expect(await first.late).toEqual({})
    expect(vi.getTimerCount()).toBe(0)
  })

  it('comes late where the document does not show it', async () => {
    const html = createHtmlOfDocument()
    const [shown, hidden] = [html.add(['one']), html.add(['two'])]
    html.take(shown.id)
    await vi.advanceTimersByTimeAsync(50)
    expect(await hidden.late).toEqual({ [hidden.id]: ['two'] })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('has time to be shown from the last fragment on', async () => {
    const html = createHtmlOfDocument()
    const first = html.add(['one'])
    await vi.advanceTimersByTimeAsync(40)
    const last = html.add(['two'])
    await vi.advanceTimersByTimeAsync(40)
    html.take(first.id)
    html.take(last.id)
    expect(await first.late).toEqual({})
  })

  it('is waited for anew for what streams in later', async () => {
    const html = createHtmlOfDocument()
    const early = html.add(['one'])
    html.take(early.id)
    const late = html.add(['two'])
    expect(late.late).not.toBe(early.late)
    await vi.advanceTimersByTimeAsync(50)
    expect(await late.late).toEqual({ [late.id]: ['two'] })
  })
})
