import { describe, expect, it } from 'vitest'
import { block, type Newsdesk } from '../newsdesk.ts'

/** A render that an expiry overtakes is not stored. */
export function overtakenRenders(desk: Newsdesk) {
  const { cachesOf, render } = desk

  describe('a render that an expiry overtakes', () => {
    const shows = '{% register_content "a:1" %}'
    const expiring = { expire: { $expire: 'a:1' } }

    it('is not stored', async () => {
      await render(block('a', `${shows}{{ expire }}`), expiring)
      expect(await cachesOf()).toEqual([])
      await render(block('a', shows))
      expect(await cachesOf()).toEqual(['cc:django:["a"]'])
    })

    it('is not when the expiry comes before it has said what it shows', async () => {
      await render(block('a', `{{ expire }}${shows}`), expiring)
      expect(await cachesOf()).toEqual([])
    })

    it('is not in a block inside whose data the outer one may have read', async () => {
      await render(block('outer', `{{ expire }}${block('inner', shows)}`), expiring)
      expect(await cachesOf()).toEqual([])
    })

    it('is stored when the expiry was of something else', async () => {
      await render(block('a', `${shows}{{ expire }}`), { expire: { $expire: 'a:2' } })
      expect(await cachesOf()).toEqual(['cc:django:["a"]'])
    })

    it('is not when the server has lost its history meanwhile', async () => {
      await render(block('a', `${shows}{{ lose }}`), { lose: { $lose: 'cc:epoch' } })
      expect(await cachesOf()).toEqual([])
    })

    it('is not when the view had read its data before the expiry, and the block began after it', async () => {
      await desk.call('saveStory', { id: 1, headline: 'old' })
      expect(await desk.call('visit', { path: '/story/1/?edit=new' })).toEqual({ status: 200, text: 'old' })
      expect(await cachesOf()).toEqual([])
    })

    it('is not outside a request either, when what it shows was read in `reading` before the expiry', async () => {
      const args = { template: block('a', `${shows}{{ n }}`), expire: 'a:1' }
      expect(await desk.call('renderWhatWasRead', args)).toBe('read before')
      expect(await cachesOf()).toEqual([])
      expect(await desk.call('renderWhatWasRead', { ...args, expire: 'a:2' })).toBe('read before')
    })

    it('is not in a transaction that has changed content and may be rolled back', async () => {
      const args = { template: block('a', '{{ n }}'), context: { n: 1 }, id: 3 }
      expect(await desk.call('renderInUncommitted', args)).toBe('1')
      expect(await cachesOf()).toEqual([])
    })
  })

  it("a hook of the site's own that waits for the commit keeps nothing from being stored or expired", async () => {
    const template = block('a', '{% register_content "news/story:61" %}A')
    expect(await desk.call('renderBesideHook', { template })).toEqual({ html: 'A', ran: ['ours'] })
    expect(await cachesOf()).toEqual(['cc:django:["a"]'])
    expect(await desk.call('renderBesideHook', { template, id: 61 })).toEqual({ html: 'A', ran: ['ours'] })
    expect(await cachesOf()).toEqual([])
  })

  it('nobody is shown anything older than an expiry that is done, while others render all the time', async () => {
    const counts = await desk.call('editWhileOthersRender', { edits: 300, readers: 3 })
    expect(counts.old).toBe(0)
    expect(counts.shown).toBeGreaterThan(300)
    // And blocks were stored, or none could have been old.
    expect(counts.renders).toBeLessThan(counts.shown * 3)
  })

  it('a view caches what it has read since the request began', async () => {
    await desk.call('saveStory', { id: 1, headline: 'A' })
    await desk.client.flushall()
    for (const _ of ['miss', 'hit']) {
      expect(await desk.call('visit', { path: '/story/1/' })).toEqual({ status: 200, text: 'A' })
    }
    expect(await desk.client.smembers('obj:news/story:1')).toEqual(['cc:django:["view"]'])
  })
}
