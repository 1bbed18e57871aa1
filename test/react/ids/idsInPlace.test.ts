import { describe, expect, it } from 'vitest'
import { type Capture, createCapture } from '../../../lib/core/capture.ts'
import { replay, streamOf } from '../../../lib/core/replay.ts'
import { idsInPlace, idsOutOfFill } from '../../../lib/react/ids/idsInPlace.ts'
import { idToken } from '../../../lib/react/ids/idToken.ts'
import { renameTokens } from '../../../lib/react/ids/renameTokens.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (payload: Uint8Array) => new TextDecoder().decode(payload)
const idOf = (key: string) => `_${idToken(key)}S_1_`
const captureOf = (key: string, parent?: Capture) => createCapture(parent, { name: key, label: key, key })

interface Put {
  readonly key: string
  readonly payload: Uint8Array
}

/** Puts a fragment into a page, or into the fragment of `capture`. */
function put({ key, payload }: Put, render: object, capture?: Capture, name?: () => string): string {
  const ids = idsInPlace({ render, capture, name })
  ids.count(key)
  return text(ids.inPayload(payload))
}

/** What a fill stores that renders an id of its own and the fragments inside. */
function filled(key: string, inside: readonly Put[] = [], parent?: Capture): Put {
  const capture = captureOf(key, parent)
  const rendered = [idOf(key), ...inside.map((child) => put(child, {}, capture))].join(' ')
  return { key, payload: renameTokens(bytes(rendered), idsOutOfFill(capture)) }
}

const child = filled('child')
const idsIn = (...outputs: string[]) => outputs.flatMap((output) => output.split(' '))
const expectUnique = (ids: readonly string[], count: number) => {
  expect(ids).toHaveLength(count)
  expect(new Set(ids).size).toBe(count)
}

describe('ids of a fragment', () => {
  it('are those of its entry where a page shows it once', () => {
    const ids = idsInPlace({ render: {}, capture: undefined })
    ids.count('child')
    expect(ids.inPayload(child.payload)).toBe(child.payload)
    const stream = streamOf(child.payload)
    expect(ids.inStream(stream)).toBe(stream)
  })

  it('differ from copy to copy on a page, in the same way on each page', () => {
    const copiesOn = (page: object) => [child, child, child].map((each) => put(each, page))
    const copies = copiesOn({})
    expect(copies[0]).toBe(idOf('child'))
    expectUnique(copies, 3)
    expect(copiesOn({})).toEqual(copies)
  })

  it('differ in each parent, beside the parents, and between copies in a parent', () => {
    const page = {}
    const one = filled('one', [child, child])
    const two = filled('two', [child])
    const around = filled('around', [one, two, child])
    const shown = [one, two, child, around, one].map((each) => put(each, page))
    expectUnique(idsIn(...shown), 3 + 2 + 1 + 7 + 3)
  })

  it('do not depend on the order in which their outputs arrive', () => {
    const page = {}
    const first = idsInPlace({ render: page, capture: undefined })
    first.count('child')
    const second = idsInPlace({ render: page, capture: undefined })
    second.count('child')
    const late = text(second.inPayload(child.payload))
    expect(text(first.inPayload(child.payload))).toBe(idOf('child'))
    expect(late).not.toBe(idOf('child'))
    expect(put(child, page)).not.toBe(late)
  })

  it('are counted once for each time that React asks for the fragment', () => {
    const ids = idsInPlace({ render: {}, capture: undefined })
    for (let attempt = 0; attempt < 3; attempt++) ids.count('child')
    expect(ids.differ).toBe(false)
  })

  it('are the same in a stream', async () => {
    const page = {}
    put(child, page)
    const second = idsInPlace({ render: page, capture: undefined })
    second.count('child')
    const streamed = await replay(second.inStream(streamOf(child.payload))).bytes
    expect(streamed).toEqual(second.inPayload(child.payload))
  })

  it('that stream into a parent are renamed by it as soon as they come', async () => {
    const capture = captureOf('parent')
    const ids = idsInPlace({ render: {}, capture })
    ids.count('child')
    const passed = await replay(ids.inStream(streamOf(child.payload))).bytes
    expect(text(passed)).toBe(idOf('child'))
    const stored = renameTokens(passed, idsOutOfFill(capture))
    expect(text(stored)).toBe(idsIn(text(filled('parent', [child]).payload))[1])
  })

  it('differ in each render of a cache that is not ours', () => {
    const inCaches = ['a', 'b'].map((name) => put(child, {}, undefined, () => name))
    expectUnique([...inCaches, put(child, {})], 3)
  })
})

describe('an id that a fragment made and passed on', () => {
  it('stays in the fragments inside, however deep', () => {
    const around = captureOf('around')
    const middle = captureOf('middle', around)
    const pointing: Put = { key: 'inner', payload: bytes(`${idOf('around')} ${idOf('inner')}`) }
    const inMiddle = renameTokens(bytes(put(pointing, {}, middle)), idsOutOfFill(middle))
    const [shown] = idsIn(put({ key: 'middle', payload: inMiddle }, {}, around))
    expect(shown).toBe(idOf('around'))
  })

  it('follows its fragment into further copies', () => {
    const page = {}
    const pointing: Put = { key: 'inner', payload: bytes(idOf('around')) }
    const around = filled('around', [pointing])
    put(around, page)
    const [made, passedOn] = idsIn(put(around, page))
    expect(passedOn).toBe(made)
    expect(made).not.toBe(idOf('around'))
  })
})

describe('text that quotes an id', () => {
  it('stays as it is in a fragment that a page shows once', () => {
    const quotation = { key: 'article', payload: bytes(`the id ${idOf('elsewhere')} is`) }
    expect(put(quotation, {})).toBe(text(quotation.payload))
  })

  it('stays as it is where a fragment itself shows it', () => {
    const capture = captureOf('article')
    put(child, {}, capture)
    const written = bytes(`${idOf('child')} and the id ${idOf('elsewhere')}`)
    const stored = text(renameTokens(written, idsOutOfFill(capture)))
    expect(stored).toContain(`the id ${idOf('elsewhere')}`)
    expect(stored).not.toContain(idOf('child'))
  })
})
