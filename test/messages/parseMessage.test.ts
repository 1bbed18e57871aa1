import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { messageSchema, parseMessage } from '../../lib/messages/parseMessage.ts'
import { serializeMessage } from '../../lib/messages/serializeMessage.ts'

const whole = {
  v: 1,
  key: 'news/story:21563',
  action: 'publish',
  status: 'live',
  type: 'news/story',
  at: '2026-01-31T12:00:00+02:00',
  editor: { name: 'amy', ids: [1, 2] },
}

it('the published schema equals the schema that is checked', async () => {
  const schema = z.toJSONSchema(messageSchema, { io: 'input' })
  const text = `${JSON.stringify({ $id: 'react-cache-content/docs/message.schema.json', ...schema }, undefined, 2)}\n`
  await expect(text).toMatchFileSnapshot('../../docs/message.schema.json')
})

describe('a message', () => {
  it('a parsed message equals the serialized one, with unknown fields', () => {
    expect(parseMessage(serializeMessage(whole))).toEqual(whole)
  })

  it('a message without a version has version 1', () => {
    expect(parseMessage('{"key":"a","action":"save"}')).toEqual({ key: 'a', action: 'save' })
    expect(JSON.parse(serializeMessage({ key: 'a', action: 'save' }))).toMatchObject({ v: 1 })
  })

  it('a message may refer to the last id that a stream can have', () => {
    const message = { ...whole, stream: 'cc:messages 18446744073709551615-18446744073709551615' }
    expect(parseMessage(JSON.stringify(message))).toEqual(message)
  })

  it('a message cannot pollute the prototype of objects', () => {
    const read = parseMessage('{"key":"a","action":"save","__proto__":{"polluted":true}}')
    expect('polluted' in read && Object.hasOwn(read, 'polluted')).toBe(false)
    expect('polluted' in {}).toBe(false)
  })

  it.each([
    [{ ...whole, key: '' }, '`key`'],
    [{ ...whole, key: 7 }, '`key`'],
    [{ ...whole, key: 'a\nb' }, '`key`'],
    [{ ...whole, key: 'k'.repeat(1_025) }, '`key`'],
    [{ ...whole, action: 'explode' }, '`action`'],
    [{ ...whole, status: 5 }, '`status`'],
    [{ ...whole, type: '' }, '`type`'],
    [{ ...whole, at: '31 January' }, '`at`'],
    [{ ...whole, stream: '1-1' }, '`stream`'],
    [{ ...whole, stream: 'cc:messages 18446744073709551616-0' }, '`stream`'],
    [{ ...whole, stream: 'cc:messages 0-18446744073709551616' }, '`stream`'],
    [{ ...whole, v: 2 }, '`v`'],
    ['text', 'text'],
    [null, 'null'],
    [{ ...whole, text: 'ü'.repeat(33_000) }, '65536 bytes'],
  ])('the message %j is refused', (message, reason) => {
    expect(() => serializeMessage(message)).toThrow(expect.objectContaining({ code: 'CC_INVALID_MESSAGE' }))
    expect(() => parseMessage(JSON.stringify(message))).toThrow(reason)
  })
})
