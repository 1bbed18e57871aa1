import { describe, expect, it } from 'vitest'
import { getHints } from '../../lib/next/internals/flightHints.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const hintsIn = (payload: string) => {
  const hints = getHints(bytes(payload))
  return hints && new TextDecoder().decode(hints.rows)
}

describe('the hints of a payload', () => {
  it('hints are the preload rows of a payload, in their order', () => {
    const payload = '1:I["module"]\n:HL["/a.png","image"]\n0:["$","p",null,{}]\n2:HC["https://example.org"]\n'
    expect(hintsIn(payload)).toBe(':HL["/a.png","image"]\n2:HC["https://example.org"]\n')
  })

  it('hints do not keep the payload in memory', () => {
    const rows = getHints(bytes(`:HL["/a.png"]\n0:"${'x'.repeat(100)}"\n`))?.rows
    expect(rows?.buffer.byteLength).toBe(rows?.byteLength)
  })

  it('hints are undefined for a payload without preload rows', () => {
    expect(hintsIn('0:["$","p",null,{}]\n')).toBeUndefined()
    expect(hintsIn('')).toBeUndefined()
  })

  it('text that looks like a preload row is no hint', () => {
    const text = 'a\n:HL["/a.png","image"]\n'
    expect(hintsIn(`1:T${text.length.toString(16)},${text}0:"$1"\n`)).toBeUndefined()
    expect(hintsIn('0:"\\n:HL[]"\n')).toBeUndefined()
  })

  it('hints are found after text with characters of several bytes', () => {
    const text = 'ü'.repeat(700)
    expect(hintsIn(`1:T${bytes(text).length.toString(16)},${text}:HL["/a.png"]\n`)).toBe(':HL["/a.png"]\n')
  })

  it('hints of a truncated payload come from its complete rows', () => {
    expect(hintsIn(':HL["/a.png"]\n1:Tfff,abc')).toBe(':HL["/a.png"]\n')
    expect(hintsIn(':HL["/a.png"]\n:HL["/b')).toBe(':HL["/a.png"]\n')
    expect(hintsIn('1:T')).toBeUndefined()
  })

  it('hints are parsed into calls with their arguments', () => {
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
