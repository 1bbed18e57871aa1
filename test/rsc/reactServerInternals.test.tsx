import * as React from 'react'
import { type ReactNode, use, useCallback, useId, useMemo } from 'react'
import { preconnect, preload } from 'react-dom'
import { beforeAll, describe, expect, it } from 'vitest'
import { createDeferred } from '../../lib/core/deferred.ts'
import { createDependencyScope, runInScope } from '../../lib/core/dependencyScope.ts'
import { type HintCall, HintCollector } from '../../lib/next/internals/hintCollector.ts'
import { hasServerInternals, scopeReactCache } from '../../lib/react/reactServerInternals.ts'
import { renderTree } from '../../lib/react/render/renderTree.ts'
import { toClientTree } from '../../lib/react/render/toClientTree.ts'
import { encodeFlight } from '../support/realFlight.ts'

const createScope = (name: string) => createDependencyScope(undefined, { name, label: name })

async function render(node: ReactNode): Promise<{ tree: ReactNode; errors: unknown[] }> {
  const errors: unknown[] = []
  const { live, complete } = renderTree(node, {
    getIdPrefix: () => 'prefix-',
    onError: (error) => errors.push(error),
  })
  await complete.promise
  return { tree: errors.length > 0 ? null : toClientTree(live, { embedsTrees: false }), errors }
}

// Flight sets the cache when it renders for the first time.
beforeAll(() => encodeFlight(<p>text</p>))

it('this version of React has the private parts that fragments need', () => {
  expect(hasServerInternals()).toBe(true)
})

describe('hooks of server components', () => {
  it('`use` waits for a promise, and calls the component again', async () => {
    const gate = createDeferred<string>()
    let calls = 0
    function Reader() {
      calls++
      const first = use(gate.promise)
      const second = use(Promise.resolve('made at each call'))
      return <p>{`${first}, ${second}`}</p>
    }
    const rendering = render(<Reader />)
    gate.resolve('done')
    expect((await rendering).tree).toEqual(<p>done, made at each call</p>)
    expect(calls).toBe(3)
  })

  it('`use` throws the error of a promise', async () => {
    const error = new Error('no data')
    const failing = Promise.reject(error)
    const Reader = () => <p>{use(failing)}</p>
    expect((await render(<Reader />)).errors).toEqual([error])
  })

  it('`useId`, `useMemo` and `useCallback` have the values of a first render', async () => {
    function Part() {
      const id = useId()
      const value = useMemo(() => 'memo', [])
      const callback = useCallback(() => 'callback', [])
      return <p id={id}>{value + callback()}</p>
    }
    const { tree } = await render(
      <div>
        <Part />
        <Part />
      </div>,
    )
    expect(tree).toEqual(
      <div>
        <p id="_prefix-S_1_">memocallback</p>
        <p id="_prefix-S_2_">memocallback</p>
      </div>,
    )
  })
})

describe('`React.cache`', () => {
  it('a function is cached once for each fragment', () => {
    scopeReactCache()
    let loads = 0
    const load = React.cache((id: string) => `${id} ${++loads}`)
    const [one, two] = [createScope('one'), createScope('two')]
    expect(runInScope(one, () => [load('a'), load('a')])).toEqual(['a 1', 'a 1'])
    expect(runInScope(two, () => load('a'))).toBe('a 2')
    expect(runInScope(one, () => load('a'))).toBe('a 1')
  })
})

describe('hints', () => {
  it('a hint of a fragment is collected once, after a wait as well', async () => {
    const passedOn: HintCall[] = []
    const scope = createScope('fragment')
    const collector = new HintCollector(scope)
    collector.watch((hint) => passedOn.push(hint))
    await runInScope(scope, async () => {
      preload('/a.png', { as: 'image' })
      await Promise.resolve()
      preload('/a.png', { as: 'image' })
      preconnect('https://cdn.example')
    })
    expect(collector.list()).toEqual([
      ['L', '/a.png', 'image'],
      ['C', 'https://cdn.example'],
    ])
    expect(passedOn).toHaveLength(2)
  })

  it('a hint outside of fragments stays with its own render', async () => {
    function Part() {
      preload('/b.png', { as: 'image' })
      return null
    }
    expect(new TextDecoder().decode(await encodeFlight(<Part />))).toContain(':HL["/b.png","image"]')
  })
})
