import { describe, expect, it } from 'vitest'
import { createDependencyScope, type DependencyScope } from '../../../lib/core/dependencyScope.ts'
import { createReplayableStream, toByteStream } from '../../../lib/core/replayableStream.ts'
import { createIdToken } from '../../../lib/react/ids/idToken.ts'
import { createFillRenamer, createPlacedIds } from '../../../lib/react/ids/placedIds.ts'
import { renameIdTokens } from '../../../lib/react/ids/renameIdTokens.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (payload: Uint8Array) => new TextDecoder().decode(payload)
const idOf = (key: string) => `_${createIdToken(key)}S_1_`
const captureOf = (key: string, parent?: DependencyScope) =>
  createDependencyScope(parent, { name: key, label: key, key })

interface Put {
  readonly key: string
  readonly payload: Uint8Array
}

/** Puts a fragment into a page, or into the fragment of `capture`. */
function put({ key, payload }: Put, render: object, capture?: DependencyScope, name?: () => string): string {
  const ids = createPlacedIds({ render, capture, name })
  ids.countCopy(key)
  return text(ids.renamePayload(payload))
}

/** What a fill stores that renders an id of its own and the fragments inside. */
function filled(key: string, inside: readonly Put[] = [], parent?: DependencyScope): Put {
  const capture = captureOf(key, parent)
  const rendered = [idOf(key), ...inside.map((child) => put(child, {}, capture))].join(' ')
  return { key, payload: renameIdTokens(bytes(rendered), createFillRenamer(capture)) }
}

const child = filled('child')
const idsIn = (...outputs: string[]) => outputs.flatMap((output) => output.split(' '))
const expectUnique = (ids: readonly string[], count: number) => {
  expect(ids).toHaveLength(count)
  expect(new Set(ids).size).toBe(count)
}

describe('ids of a fragment', () => {
  it('the ids are those of the entry where a page shows it once', () => {
    const ids = createPlacedIds({ render: {}, capture: undefined })
    ids.countCopy('child')
    expect(ids.renamePayload(child.payload)).toBe(child.payload)
    const stream = toByteStream(child.payload)
    expect(ids.renameStream(stream)).toBe(stream)
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

  it('the ids do not depend on the order in which their outputs arrive', () => {
    const page = {}
    const first = createPlacedIds({ render: page, capture: undefined })
    first.countCopy('child')
    const second = createPlacedIds({ render: page, capture: undefined })
    second.countCopy('child')
    const late = text(second.renamePayload(child.payload))
    expect(text(first.renamePayload(child.payload))).toBe(idOf('child'))
    expect(late).not.toBe(idOf('child'))
    expect(put(child, page)).not.toBe(late)
  })

  it('the ids are counted once for each time that React asks for the fragment', () => {
    const ids = createPlacedIds({ render: {}, capture: undefined })
    for (let attempt = 0; attempt < 3; attempt++) ids.countCopy('child')
    expect(ids.isRenamed).toBe(false)
  })

  it('the ids are the same in a stream', async () => {
    const page = {}
    put(child, page)
    const second = createPlacedIds({ render: page, capture: undefined })
    second.countCopy('child')
    const streamed = await createReplayableStream(second.renameStream(toByteStream(child.payload))).bytes
    expect(streamed).toEqual(second.renamePayload(child.payload))
  })

  it('the ids in a stream are renamed by the parent as soon as they come', async () => {
    const capture = captureOf('parent')
    const ids = createPlacedIds({ render: {}, capture })
    ids.countCopy('child')
    const passed = await createReplayableStream(ids.renameStream(toByteStream(child.payload))).bytes
    expect(text(passed)).toBe(idOf('child'))
    const stored = renameIdTokens(passed, createFillRenamer(capture))
    expect(text(stored)).toBe(idsIn(text(filled('parent', [child]).payload))[1])
  })

  it('differ in each render of a cache that is not ours', () => {
    const inCaches = ['a', 'b'].map((name) => put(child, {}, undefined, () => name))
    expectUnique([...inCaches, put(child, {})], 3)
  })
})

describe('an id that a fragment made and passed on', () => {
  it('an id that is passed on stays in the fragments inside, however deep', () => {
    const around = captureOf('around')
    const middle = captureOf('middle', around)
    const pointing: Put = { key: 'inner', payload: bytes(`${idOf('around')} ${idOf('inner')}`) }
    const inMiddle = renameIdTokens(bytes(put(pointing, {}, middle)), createFillRenamer(middle))
    const [shown] = idsIn(put({ key: 'middle', payload: inMiddle }, {}, around))
    expect(shown).toBe(idOf('around'))
  })

  it('an id that is passed on follows its fragment into further copies', () => {
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
  it('a text that quotes an id is unchanged in a fragment shown once', () => {
    const quotation = { key: 'article', payload: bytes(`the id ${idOf('elsewhere')} is`) }
    expect(put(quotation, {})).toBe(text(quotation.payload))
  })

  it('a text that quotes an id is unchanged where the fragment shows it itself', () => {
    const capture = captureOf('article')
    put(child, {}, capture)
    const written = bytes(`${idOf('child')} and the id ${idOf('elsewhere')}`)
    const stored = text(renameIdTokens(written, createFillRenamer(capture)))
    expect(stored).toContain(`the id ${idOf('elsewhere')}`)
    expect(stored).not.toContain(idOf('child'))
  })
})
