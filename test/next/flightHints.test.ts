import { describe, expect, it } from 'vitest'
import { getHints } from '../../lib/next/internals/flightHints.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const hintsIn = (payload: string) => {
  const hints = getHints(bytes(payload))
  return hints && new TextDecoder().decode(hints.rows)
}

describe('the hints of a payload', () => {
  it("the hints are the payload's rows of preloads, in their order", () => {
    const payload = '1:I["module"]\n:HL["/a.png","image"]\n0:["$","p",null,{}]\n2:HC["https://example.org"]\n'
    expect(hintsIn(payload)).toBe(':HL["/a.png","image"]\n2:HC["https://example.org"]\n')
  })

  it('keep nothing alive of the payload', () => {
    const rows = getHints(bytes(`:HL["/a.png"]\n0:"${'x'.repeat(100)}"\n`))?.rows
    expect(rows?.buffer.byteLength).toBe(rows?.byteLength)
  })

  it('the hints are empty where there are none', () => {
    expect(hintsIn('0:["$","p",null,{}]\n')).toBeUndefined()
    expect(hintsIn('')).toBeUndefined()
  })

  it('the hints do not include text that looks like them', () => {
    const text = 'a\n:HL["/a.png","image"]\n'
    expect(hintsIn(`1:T${text.length.toString(16)},${text}0:"$1"\n`)).toBeUndefined()
    expect(hintsIn('0:"\\n:HL[]"\n')).toBeUndefined()
  })

  it('the hints are found behind text of many bytes', () => {
    const text = 'ü'.repeat(700)
    expect(hintsIn(`1:T${bytes(text).length.toString(16)},${text}:HL["/a.png"]\n`)).toBe(':HL["/a.png"]\n')
  })

  it('the hints of a truncated payload are the complete ones', () => {
    expect(hintsIn(':HL["/a.png"]\n1:Tfff,abc')).toBe(':HL["/a.png"]\n')
    expect(hintsIn(':HL["/a.png"]\n:HL["/b')).toBe(':HL["/a.png"]\n')
    expect(hintsIn('1:T')).toBeUndefined()
  })

  it('the hints are calls with their arguments', () => {
    const rows = [
      ':HD"https://a.example"',
      ':HL["/a.css","style"]',
      ':HX["/a.js",{"nonce":"n"}]',
      ':HZ{"new":1',
    ]
    expect(getHints(bytes(`${rows.join('\n')}\n`))?.calls).toEqual([
      ['D', 'https://a.example'],
      ['L', '/a.css', 'style'],
      ['X', '/a.js', { nonce: 'n' }],
    ])
  })
})
