import { describe, expect, it } from 'vitest'
import { hasReadOnceValues } from '../../lib/next/internals/hasReadOnceValues.ts'

const has = (payload: string) => hasReadOnceValues(new TextEncoder().encode(payload))

describe('a payload with values that can be read once', () => {
  it.each([
    ['an iterator', '1:["a","b"]\n0:["$","ul",null,{"children":"$i1"}]\n'],
    ['an iterator with a long id', '0:{"items":"$i1a2b"}\n'],
    ['an async iterator', '2:x\n0:["$","p",null,{"items":"$2"}]\n2:"a"\n2:C\n'],
    ['a stream', '2:R\n0:["$","p",null,{"items":"$2"}]\n2:T3,one2:C\n'],
    ['a stream of bytes', '2:r\n0:["$","p",null,{"items":"$2"}]\n2:b3,one2:C\n'],
  ])('a payload with values that can be read once is recognised by %s', (_, payload) => {
    expect(has(payload)).toBe(true)
  })

  it.each([
    ['no such value', '0:["$","p",null,{"children":"text"}]\n'],
    ['an async iterable', '2:X\n0:["$","p",null,{"items":"$2"}]\n2:"a"\n2:C\n'],
    ['a map and a set', '1:[["a",1]]\n2:["b"]\n0:{"map":"$Q1","set":"$W2"}\n'],
    ['text that begins like an iterator', '0:["$","p",null,{"children":"$$i1"}]\n'],
    ['text that quotes an iterator', '0:["$","p",null,{"children":"\\"$i1\\""}]\n'],
    ['text of many bytes that looks like a stream', '1:T6,a\n2:R\n0:"$1"\n'],
  ])('a payload with %s does not count as one with values that can be read once', (_, payload) => {
    expect(has(payload)).toBe(false)
  })
})
