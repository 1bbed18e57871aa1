import { describe, expect, it } from 'vitest'
import { parseMessage } from '../../../../lib/messages/parseMessage.ts'
import { errorOf, type Newsdesk } from '../newsdesk.ts'

/** Messages that Django publishes. */
export function messages(desk: Newsdesk) {
  describe('a message', () => {
    async function collectMessages(change: () => Promise<unknown>) {
      const listener = desk.client.duplicate()
      const onChannel: string[] = []
      listener.on('message', (_, text) => onChannel.push(text))
      await listener.subscribe('content')
      await change()
      // Redis delivers in order, so this message is the last one.
      await new Promise<void>((resolve) => {
        listener.on('message', (_, text) => text === 'end' && resolve())
        desk.client.publish('content', 'end')
      })
      listener.disconnect()
      const entries = await desk.client.xrange('cc:messages', '-', '+')
      // A worker can parse every message.
      for (const text of [...onChannel, ...entries.map(([, fields]) => fields[1] ?? '')]) {
        if (text !== 'end') parseMessage(text)
      }
      const inStream = entries.map(([place, fields]) => ({ place, message: JSON.parse(fields[1] ?? '') }))
      return {
        inStream,
        onChannel: onChannel.filter((text) => text !== 'end').map((text) => JSON.parse(text)),
      }
    }

    it('a message is in the stream and on the channel when a story is saved', async () => {
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

    it('a message has the action of the change: save, unpublish, publish or delete', async () => {
      const { onChannel } = await collectMessages(async () => {
        for (const status of ['published', 'draft', 'published', 'published']) {
          await desk.call('saveStory', { id: 42, headline: 'A', status })
        }
        await desk.call('deleteStory', { id: 42 })
      })
      const actions = ['save', 'unpublish', 'publish', 'save', 'delete']
      expect(onChannel.map(({ action }) => action)).toEqual(actions)
    })

    it('a message with the fields of the site is sent for each object', async () => {
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
      ['a reserved field', { fields: { stream: '0-1' } }, "field 'stream' is reserved"],
      ['64 KiB of text', { fields: { text: 'x'.repeat(65_536) } }, 'of 65536 at most'],
      ['a status that is no string', { status: 5 }, 'status of a message must be a string'],
      [
        'a type that cannot be part of a key',
        { fields: { type: 'a\nb' } },
        'type of a message holds control',
      ],
      ['a field that is not Unicode', { fields: { text: '\ud800' } }, 'is not JSON'],
    ])('a message with %s is refused, and no message is sent', async (_, args, fault) => {
      const refusal = await errorOf(desk.call('publish', { obj: ['a:1', 'a:2'], ...args }))
      expect(refusal?.message).toContain(fault)
      expect(await desk.client.exists('cc:messages')).toBe(0)
    })

    it('a message has no status when the status is an empty string', async () => {
      const { onChannel } = await collectMessages(() => desk.call('publish', { obj: ':1', status: '' }))
      expect(onChannel).toEqual([
        { v: 1, key: ':1', action: 'save', at: expect.anything(), stream: expect.anything() },
      ])
    })

    it('a transaction that saves many stories sends a message for each and expires once', async () => {
      const ids = [51, 52, 53, 54]
      const { onChannel } = await collectMessages(() => desk.call('saveStories', { ids, headline: 'A' }))
      expect(onChannel.map(({ key }) => key)).toEqual(ids.map((id) => `news/story:${id}`))
      expect(await desk.client.get('cc:clock')).toBe('1')
    })
  })
}
