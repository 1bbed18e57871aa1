import { describe, expect, it } from 'vitest'
import { hasNonce } from '../../lib/next/hasNonce.ts'

const NONCE = 'Zmlyc3Qgbm9uY2U='
const holds = (text: string) => hasNonce(Buffer.from(text), NONCE)

describe('a fragment', () => {
  it.each([
    ['as a prop', `0:["$","style",null,{"nonce":"${NONCE}"}]`],
    ['as a prop of another name', `0:["$","$L1",null,{"cspNonce":"${NONCE}"}]`],
    ['in HTML of its own', `0:{"__html":"<script nonce=\\"${NONCE}\\">1</script>"}`],
    ['in HTML with other quotes', `0:{"__html":"<script nonce='${NONCE}'>"}`],
    ['in HTML without quotes', `0:{"__html":"<script nonce=${NONCE}>"}`],
    ['in a long string, which Flight sends as it is', `0:T400,<script nonce="${NONCE}">`],
    ['behind text that looks like it', `0:["${NONCE}",{"nonce":"${NONCE}"}]`],
  ])('a fragment holds a nonce %s', (_, payload) => expect(holds(payload)).toBe(true))

  it.each([
    ['text that is the same', `0:["$","p",null,{"children":"${NONCE}"}]`],
    ['text behind the word', `0:["$","p",null,{"children":"a nonce such as ${NONCE}"}]`],
    ['another nonce', '0:["$","style",null,{"nonce":"c2Vjb25k"}]'],
    ['nothing', ''],
  ])('a fragment holds no nonce when it holds %s', (_, payload) => expect(holds(payload)).toBe(false))

  it('a payload is examined only within its view of a larger buffer', () => {
    const bytes = Buffer.from(`"nonce":"${NONCE}" and more`)
    expect(hasNonce(new Uint8Array(bytes.buffer, bytes.byteOffset, 12), NONCE)).toBe(false)
  })
})
