import { describe, expect, it } from 'vitest'
import { createDependencyScope, type DependencyScope } from '../../../lib/core/dependencyScope.ts'
import { createIdToken } from '../../../lib/react/ids/idToken.ts'
import { createFillRenamer, createPlacedIds } from '../../../lib/react/ids/placedIds.ts'
import { renameIdTokens } from '../../../lib/react/ids/renameIdTokens.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (payload: Uint8Array) => new TextDecoder().decode(payload)
const getId = (key: string) => `_${createIdToken(key)}S_1_`
const createScope = (key: string, parent?: DependencyScope) =>
  createDependencyScope(parent, { name: key, label: key, key })

interface StoredFragment {
  readonly key: string
  readonly payload: Uint8Array
}

/** Shows a fragment on a page, or in the fragment of `scope`. */
function show(
  { key, payload }: StoredFragment,
  render: object,
  scope?: DependencyScope,
  name?: () => string,
): string {
  const ids = createPlacedIds({ render, scope, name })
  ids.countCopy(key)
  return text(ids.renamePayload(payload))
}

/** Returns the entry of a fill that renders an id of its own and the fragments inside. */
function fill(key: string, inside: readonly StoredFragment[] = [], parent?: DependencyScope): StoredFragment {
  const scope = createScope(key, parent)
  const rendered = [getId(key), ...inside.map((child) => show(child, {}, scope))].join(' ')
  return { key, payload: renameIdTokens(bytes(rendered), createFillRenamer(scope)) }
}

const child = fill('child')
const listIds = (...outputs: string[]) => outputs.flatMap((output) => output.split(' '))
const expectUnique = (ids: readonly string[], count: number) => {
  expect(ids).toHaveLength(count)
  expect(new Set(ids).size).toBe(count)
}

describe('ids of a fragment', () => {
  it('a fragment that a page shows once has the ids of its entry', () => {
    const ids = createPlacedIds({ render: {}, scope: undefined })
    ids.countCopy('child')
    expect(ids.renamePayload(child.payload)).toBe(child.payload)
  })

  it('each copy on a page has other ids, and the same ids on every page', () => {
    const copiesOn = (page: object) => [child, child, child].map((each) => show(each, page))
    const copies = copiesOn({})
    expect(copies[0]).toBe(getId('child'))
    expectUnique(copies, 3)
    expect(copiesOn({})).toEqual(copies)
  })

  it('ids are unique across parents, beside them, and between copies in a parent', () => {
    const page = {}
    const one = fill('one', [child, child])
    const two = fill('two', [child])
    const around = fill('around', [one, two, child])
    const shown = [one, two, child, around, one].map((each) => show(each, page))
    expectUnique(listIds(...shown), 3 + 2 + 1 + 7 + 3)
  })

  it('ids do not depend on the order in which outputs arrive', () => {
    const page = {}
    const first = createPlacedIds({ render: page, scope: undefined })
    first.countCopy('child')
    const second = createPlacedIds({ render: page, scope: undefined })
    second.countCopy('child')
    const late = text(second.renamePayload(child.payload))
    expect(text(first.renamePayload(child.payload))).toBe(getId('child'))
    expect(late).not.toBe(getId('child'))
    expect(show(child, page)).not.toBe(late)
  })

  it('a copy is counted once, however often React asks for it', () => {
    const ids = createPlacedIds({ render: {}, scope: undefined })
    for (let attempt = 0; attempt < 3; attempt++) ids.countCopy('child')
    expect(ids.hasOtherIdsThanEntry).toBe(false)
  })

  it('each render of a cache outside of the library has other ids', () => {
    const inCaches = ['a', 'b'].map((name) => show(child, {}, undefined, () => name))
    expectUnique([...inCaches, show(child, {})], 3)
  })
})

describe('an id that a fragment passes on', () => {
  it('an id that is passed to nested fragments keeps its name at any depth', () => {
    const around = createScope('around')
    const middle = createScope('middle', around)
    const pointing: StoredFragment = { key: 'inner', payload: bytes(`${getId('around')} ${getId('inner')}`) }
    const inMiddle = renameIdTokens(bytes(show(pointing, {}, middle)), createFillRenamer(middle))
    const [shown] = listIds(show({ key: 'middle', payload: inMiddle }, {}, around))
    expect(shown).toBe(getId('around'))
  })

  it('an id that is passed on has the name of its fragment in every copy', () => {
    const page = {}
    const pointing: StoredFragment = { key: 'inner', payload: bytes(getId('around')) }
    const around = fill('around', [pointing])
    show(around, page)
    const [own, passedOn] = listIds(show(around, page))
    expect(passedOn).toBe(own)
    expect(own).not.toBe(getId('around'))
  })
})

describe('text that quotes an id', () => {
  it('text that quotes an id is unchanged in a fragment that is shown once', () => {
    const quotation = { key: 'article', payload: bytes(`the id ${getId('elsewhere')} is`) }
    expect(show(quotation, {})).toBe(text(quotation.payload))
  })

  it('text that quotes an id is unchanged in the output of the fragment itself', () => {
    const scope = createScope('article')
    show(child, {}, scope)
    const written = bytes(`${getId('child')} and the id ${getId('elsewhere')}`)
    const stored = text(renameIdTokens(written, createFillRenamer(scope)))
    expect(stored).toContain(`the id ${getId('elsewhere')}`)
    expect(stored).not.toContain(getId('child'))
  })
})
