import { describe, expect, it, vi } from 'vitest'
import { getObjectKeys } from '../../lib/core/getObjectKeys.ts'

const getKeys = (obj: unknown, keyOf?: (obj: unknown) => string | null | undefined) =>
  getObjectKeys('fragment "section"', obj, keyOf)

class Story {
  constructor(readonly id: number) {}
  objKey() {
    return `news/story:${this.id}`
  }
}

class Film {
  constructor(readonly id: number) {}
  obj_key() {
    return `news/story:${this.id}`
  }
}

describe('the key of an object', () => {
  it.each<[string, unknown]>([
    ['is a string', 'news/story:1'],
    ['is its objKey', { objKey: 'news/story:1' }],
    ['is the result of its objKey()', new Story(1)],
    ['is its obj_key', { obj_key: 'news/story:1' }],
    ['is the result of its obj_key()', new Film(1)],
    ['is on a function too', Object.assign(() => {}, { objKey: 'news/story:1' })],
  ])('the key of an object %s', (_, obj) => {
    expect(getKeys(obj)).toEqual(['news/story:1'])
  })

  it('a key may hold separators, spaces and any letters', () => {
    const keys = ['a b', 'a:b:c', 'ü😀', '{x}', '*', 'a/b?c=d&e', '"', "'"]
    expect(getKeys(keys)).toEqual(keys)
  })

  it('a key may have 1024 characters', () => {
    expect(getKeys('x'.repeat(1_024))).toHaveLength(1)
  })
})

describe('a list of objects', () => {
  it('a list gives its keys in order, including the keys of inner lists', () => {
    expect(getKeys([new Story(2), 'a', [['b'], { objKey: 'c' }], 'a'])).toEqual([
      'news/story:2',
      'a',
      'b',
      'c',
      'a',
    ])
  })

  it('a list skips null, undefined and false, as conditions produce them', () => {
    expect(getKeys([null, 'a', undefined, false, [null]])).toEqual(['a'])
    for (const empty of [null, undefined, false, []]) expect(getKeys(empty)).toEqual([])
  })

  it('a list skips its gaps', () => {
    const list = ['a', 'b', 'c']
    delete list[1]
    expect(getKeys(list)).toEqual(['a', 'c'])
  })

  it('a list with an invalid item is refused as a whole', () => {
    expect(() => getKeys(['a', 5, 'b'])).toThrow(TypeError)
  })

  it('a list that contains itself is refused', () => {
    const endless: unknown[] = []
    endless.push(endless)
    expect(() => getKeys(endless)).toThrow(/nested more than 8 deep/)
  })
})

describe('keyOf', () => {
  const row = { table: 'story', id: 7 }
  const keyOf = (obj: unknown) => {
    const { table, id } = obj as typeof row
    return table === undefined ? undefined : `${table}:${id}`
  }

  it('keyOf returns keys for objects that carry none', () => {
    expect(getKeys([row, 'a'], keyOf)).toEqual(['story:7', 'a'])
  })

  it('keyOf is not called for objects that carry a key', () => {
    const otherKeyOf = vi.fn(() => 'other')
    expect(getKeys(['a', new Story(1), { obj_key: 'b' }], otherKeyOf)).toEqual(['a', 'news/story:1', 'b'])
    expect(otherKeyOf).not.toHaveBeenCalled()
  })

  it('keyOf may accept values other than objects', () => {
    expect(getKeys(7, (id) => `story:${id}`)).toEqual(['story:7'])
  })

  it('an object for which keyOf has no key is refused', () => {
    expect(() => getKeys({ name: 'x' }, keyOf)).toThrow(/it has no key/)
    expect(() => getKeys({ name: 'x' }, () => null)).toThrow(/it has no key/)
  })

  it('an error names keyOf and has its cause when keyOf throws', () => {
    const cause = new Error('no such table')
    const keyOfThatThrows = () => {
      throw cause
    }
    expect(() => getKeys(row, keyOfThatThrows)).toThrow(
      expect.objectContaining({ code: 'CC_INVALID_OBJ', cause, message: expect.stringContaining('keyOf') }),
    )
  })

  it('keyOf must return valid keys too', () => {
    expect(() => getKeys(row, () => 'a\nb')).toThrow(/control characters/)
    expect(() => getKeys(row, () => 7 as never)).toThrow(/no key/)
  })
})

describe('an invalid content object', () => {
  it('a promise is refused with the advice to await it, and keyOf never gets it', () => {
    const keyOf = vi.fn(() => 'a')
    for (const obj of [Promise.resolve('a'), ['a', Promise.resolve('b')]])
      expect(() => getKeys(obj, keyOf)).toThrow('a promise is not a content object: await it first.')
    expect(keyOf).not.toHaveBeenCalled()
  })

  it.each<[string, unknown]>([
    ['5', 5],
    ['0', 0],
    ['true', true],
    ['NaN', Number.NaN],
    ["''", ''],
    ['{}', {}],
    ['id: 1', { id: 1 }],
    ['Symbol(s)', Symbol('s')],
    ['a promise', Promise.resolve('a')],
    ['Map', new Map([['a', 'b']])],
    ['objKey: 5', { objKey: 5 }],
    ["objKey: ''", { objKey: '' }],
    ['objKey', { objKey: () => undefined }],
    ['objKey', { objKey: async () => 'a' }],
  ])('a TypeError names the fragment and the invalid value: %s', (shown, obj) => {
    for (const passed of [obj, ['a', obj]]) {
      const call = () => getKeys(passed)
      expect(call).toThrow(TypeError)
      expect(call).toThrow(expect.objectContaining({ code: 'CC_INVALID_OBJ' }))
      expect(call).toThrow('fragment "section"')
      expect(call).toThrow(shown)
    }
  })

  it.each([
    ['longer than 1024', 'x'.repeat(1_025)],
    ['control characters', 'a\nb'],
    ['control characters', 'a\u0000'],
    ['control characters', '\u007f'],
    ['not well-formed', 'a\ud800'],
    ['not well-formed', '\ude00\ud83d'],
    ['empty', ''],
  ])('a key is refused, because it has a fault: %s', (fault, key) => {
    for (const obj of [key, { objKey: key }]) expect(() => getKeys(obj)).toThrow(fault)
  })

  it('an error has the cause when objKey() throws', () => {
    const cause = new Error('not saved yet')
    const unsaved = {
      objKey() {
        throw cause
      },
    }
    expect(() => getKeys(unsaved)).toThrow(
      expect.objectContaining({ code: 'CC_INVALID_OBJ', cause, message: expect.stringContaining('section') }),
    )
  })
})
