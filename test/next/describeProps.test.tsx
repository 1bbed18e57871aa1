import type { ReactNode } from 'react'
import { describe, expect, it } from 'vitest'
import { describeProps } from '../../lib/next/prerender/describeProps.ts'

const Component = ({ children }: { children?: ReactNode }) => children

describe('describeProps', () => {
  it('equal props have equal descriptions', () => {
    const create = () => ({
      text: 'a',
      date: new Date(5),
      list: [1, null, undefined, { deep: true }],
      children: (
        <b key="k" className="c">
          text
        </b>
      ),
    })
    expect(describeProps(create())).toBe(describeProps(create()))
  })

  it.each([
    [{ a: 1 }, { a: '1' }],
    [{ a: 0 }, { a: -0 }],
    [{ a: null }, { a: undefined }],
    [{ a: 1n }, { a: 1 }],
    [{ a: 5 }, { a: new Date(5) }],
    [{ a: ['x', 'y'] }, { a: ['x,y'] }],
    [{ a: { b: 1 }, c: 2 }, { a: { b: 1, c: 2 } }],
    [{ a: <b>x</b> }, { a: <i>x</i> }],
    [{ a: <b>x</b> }, { a: <b key="1">x</b> }],
    [{ a: <b>x</b> }, { a: '<b>x</b>' }],
  ])('different props have different descriptions: %o', (one, other) => {
    expect(describeProps(one)).not.toBe(describeProps(other))
  })

  it.each([
    ['a function', { onClick() {} }],
    ['a component', { children: <Component /> }],
    ['a component deep inside', { children: [<b key="b">{[<Component key="c" />]}</b>] }],
    ['a promise', { children: Promise.resolve('text') }],
    ['a symbol', { a: Symbol('a') }],
    ['a map', { a: new Map() }],
    ['an instance of a class', { a: new (class Story {})() }],
    ['an array with other fields', { a: Object.assign(['x'], { index: 5 }) }],
    ['much text', { a: 'x'.repeat(20_000) }],
  ])('props with %s have no description', (_, props) => {
    expect(describeProps(props)).toBeUndefined()
  })

  it('an object that is in many places is not described without end', () => {
    let value: object = { text: 'x' }
    for (let level = 0; level < 40; level++) value = { a: value, b: value }
    expect(describeProps(value)).toBeUndefined()
  })

  it('props that contain themselves have no description', () => {
    const props: Record<string, unknown> = {}
    props.self = props
    expect(describeProps(props)).toBeUndefined()
  })
})
