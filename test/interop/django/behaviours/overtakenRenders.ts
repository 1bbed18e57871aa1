import { describe, expect, it } from 'vitest'
import { block, type Newsdesk } from '../newsdesk.ts'

/** A render that an expiry overtakes is not stored. */
export function overtakenRenders(desk: Newsdesk) {
  const { listCaches, render } = desk

  describe('a render that an expiry overtakes', () => {
    const shows = '{% register_content "a:1" %}'
    const expiring = { expire: { $expire: 'a:1' } }

    it('a render that an expiry overtakes is not stored', async () => {
      await render(block('a', `${shows}{{ expire }}`), expiring)
      expect(await listCaches()).toEqual([])
      await render(block('a', shows))
      expect(await listCaches()).toEqual(['cc:django:["a"]'])
    })

    it('a render is not stored when the expiry precedes the registration of the object', async () => {
      await render(block('a', `{{ expire }}${shows}`), expiring)
      expect(await listCaches()).toEqual([])
    })

    it('an inner block is not stored when the expiry precedes it in the outer block', async () => {
      await render(block('outer', `{{ expire }}${block('inner', shows)}`), expiring)
      expect(await listCaches()).toEqual([])
    })

    it('a render is stored when the expiry was of another object', async () => {
      await render(block('a', `${shows}{{ expire }}`), { expire: { $expire: 'a:2' } })
      expect(await listCaches()).toEqual(['cc:django:["a"]'])
    })

    it('a render is not stored when the epoch changes during it', async () => {
      await render(block('a', `${shows}{{ lose }}`), { lose: { $lose: 'cc:epoch' } })
      expect(await listCaches()).toEqual([])
    })

    it('a block is not stored when its view read the data before the expiry', async () => {
      await desk.call('saveStory', { id: 1, headline: 'old' })
      expect(await desk.call('visit', { path: '/story/1/?edit=new' })).toEqual({ status: 200, text: 'old' })
      expect(await listCaches()).toEqual([])
    })

    it('a block outside a request is not stored when `reading` began before the expiry', async () => {
      const args = { template: block('a', `${shows}{{ n }}`), expire: 'a:1' }
      expect(await desk.call('renderInReading', args)).toBe('read before')
      expect(await listCaches()).toEqual([])
      expect(await desk.call('renderInReading', { ...args, expire: 'a:2' })).toBe('read before')
    })

    it('a block is not stored in a transaction that has changed content', async () => {
      const args = { template: block('a', '{{ n }}'), context: { n: 1 }, id: 3 }
      expect(await desk.call('renderInUncommitted', args)).toBe('1')
      expect(await listCaches()).toEqual([])
    })
  })

  it('an on_commit hook of the site prevents neither storing nor expiring', async () => {
    const template = block('a', '{% register_content "news/story:61" %}A')
    expect(await desk.call('renderBesideHook', { template })).toEqual({ html: 'A', ran: ['hook'] })
    expect(await listCaches()).toEqual(['cc:django:["a"]'])
    expect(await desk.call('renderBesideHook', { template, id: 61 })).toEqual({ html: 'A', ran: ['hook'] })
    expect(await listCaches()).toEqual([])
  })

  it('no reader gets content older than a completed expiry while others render', async () => {
    const counts = await desk.call('editWhileOthersRender', { edits: 300, readers: 3 })
    expect(counts.old).toBe(0)
    expect(counts.pages).toBeGreaterThan(300)
    // Many blocks were hits. Without stored blocks no page could have been old.
    expect(counts.renders).toBeLessThan(counts.pages * 3)
  })

  it('a view caches the data that it has read since the request began', async () => {
    await desk.call('saveStory', { id: 1, headline: 'A' })
    await desk.client.flushall()
    for (const _ of ['miss', 'hit']) {
      expect(await desk.call('visit', { path: '/story/1/' })).toEqual({ status: 200, text: 'A' })
    }
    expect(await desk.client.smembers('obj:news/story:1')).toEqual(['cc:django:["view"]'])
  })
}
