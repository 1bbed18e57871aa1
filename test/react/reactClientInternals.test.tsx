import { createContext, useContext, useId, useState } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, it } from 'vitest'
import { watchHooks } from '../../lib/react/reactClientInternals.ts'

const Context = createContext('outer')

function Inner() {
  return useId()
}

function Outer() {
  useState(0)
  return (
    <>
      {useContext(Context)}
      <Inner />
    </>
  )
}

it('the hooks of all components are reported that React renders after the call', () => {
  const calls: string[] = []
  function Root() {
    expect(watchHooks((hook) => calls.push(hook))).toBe(true)
    return <Outer />
  }
  renderToString(
    <>
      <Outer />
      <Root />
    </>,
  )
  expect(calls).toEqual(['useState', 'useContext', 'useId'])
})

it('no hook is reported from another render', () => {
  const calls: string[] = []
  function Root() {
    watchHooks((hook) => calls.push(hook))
    return null
  }
  renderToString(<Root />)
  renderToString(<Outer />)
  expect(calls).toEqual([])
})

it('nothing is watched outside of a render', () => {
  expect(watchHooks(() => {})).toBe(false)
})
