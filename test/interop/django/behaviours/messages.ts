import { describe, expect, it } from 'vitest'
import { parseMessage } from '../../../../lib/messages/parseMessage.ts'
import { errorOf, type Newsdesk } from '../newsdesk.ts'

/** Messages that Django sends. */
export function messages(desk: Newsdesk) {
  describe('a message', () => {
    async function collectMessages(change: () => Promise<unknown>) {
      const listener = desk.client.duplicate()
      const onChannel: string[] = []
      listener.on('message', (_, text) => onChannel.push(text))
      await listener.subscribe('content')
      await change()
      // What was published before this comes before it.
      await new Promise<void>((resolve) => {
        listener.on('message', (_, text) => text === 'end' && resolve())
        desk.client.publish('content', 'end')
      })
      listener.disconnect()
      const entries = await desk.client.xrange('cc:messages', '-', '+')
      // All is what a worker takes.
      for (const text of [...onChannel, ...entries.map(([, fields]) => fields[1] ?? '')]) {
        if (text !== 'end') parseMessage(text)
      }
      const inStream = entries.map(([place, fields]) => ({ place, message: JSON.parse(fields[1] ?? '') }))
      return {
        inStream,
        onChannel: onChannel.filter((text) => text !== 'end').map((text) => JSON.parse(text)),
      }
    }

    it('is in the stream and on the channel when a story is saved', async () => {
      const { inStream, onChannel } = await collectMessages(() =>
        desk.call('saveStory', { id: 41, headline: 'Ü' }),
      )
      const message = {
        v: 1,
        key: 'news/story:41',
        action: 'save',
        status: 'published',
        type: 'news/story',
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      }
      expect(inStream.map((entry) => entry.message)).toEqual([message])
      expect(onChannel).toEqual([{ ...message, stream: `cc:messages ${inStream[0]?.place}` }])
    })

    it('says what has happened to the story', async () => {
      const { onChannel } = await collectMessages(async () => {
        for (const status of ['published', 'draft', 'published', 'published']) {
          await desk.call('saveStory', { id: 42, headline: 'A', status })
        }
        await desk.call('deleteStory', { id: 42 })
      })
      const actions = ['save', 'unpublish', 'publish', 'save', 'delete']
      expect(onChannel.map(({ action }) => action)).toEqual(actions)
    })

    it('is sent for each object, with fields of the site', async () => {
      const { onChannel } = await collectMessages(() =>
        desk.call('publish', {
          obj: ['a/b:c:1', 'plain'],
          action: 'publish',
          status: 'live',
          fields: { by: 'Zoë "}', tags: [1, { a: null }] },
        }),
      )
      const fields = { v: 1, action: 'publish', status: 'live', by: 'Zoë "}', tags: [1, { a: null }] }
      expect(onChannel).toMatchObject([
        { ...fields, key: 'a/b:c:1', type: 'a/b:c' },
        { ...fields, key: 'plain' },
      ])
    })

    it.each([
      ['an unknown action', { action: 'edit' }, 'needs an action'],
      ['a field of the contract', { fields: { stream: '0-1' } }, "field 'stream' is reserved"],
      ['64 KiB', { fields: { text: 'x'.repeat(65_536) } }, 'of 65536 at most'],
      ['a status that is no text', { status: 5 }, 'status of a message must be a string'],
      ['a type that could not be in a key', { fields: { type: 'a\nb' } }, 'type of a message holds control'],
      ['a field that is no Unicode', { fields: { text: '\ud800' } }, 'is not JSON'],
    ])('is refused with %s, and none is sent', async (_, args, fault) => {
      const refusal = await errorOf(desk.call('publish', { obj: ['a:1', 'a:2'], ...args }))
      expect(refusal?.message).toContain(fault)
      expect(await desk.client.exists('cc:messages')).toBe(0)
    })

    it('has no status where that is empty, as a column of a model may be', async () => {
      const { onChannel } = await collectMessages(() => desk.call('publish', { obj: ':1', status: '' }))
      expect(onChannel).toEqual([
        { v: 1, key: ':1', action: 'save', at: expect.anything(), stream: expect.anything() },
      ])
    })

    it('is one of many when a transaction saves many, with one expiry for all', async () => {
      const ids = [51, 52, 53, 54]
      const { onChannel } = await collectMessages(() => desk.call('saveStories', { ids, headline: 'A' }))
      expect(onChannel.map(({ key }) => key)).toEqual(ids.map((id) => `news/story:${id}`))
      expect(await desk.client.get('cc:clock')).toBe('1')
    })
  })
}
