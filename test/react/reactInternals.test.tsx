import { createRequire } from 'node:module'
import { createElement, type FC, lazy, memo, useId, useState, version } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { toByteStream } from '../../lib/core/toByteStream.ts'
import { withChildren } from '../../lib/react/compaction/withChildren.ts'
import { readPromise } from '../../lib/react/reactClientInternals.ts'
import {
  awaitLazy,
  getClientReferenceId,
  getMemoizedComponent,
  hasDebugInfo,
  isClientReference,
  isLazy,
  isReactNode,
  isThenable,
  readLazy,
} from '../../lib/react/reactInternals.ts'
import { runWithHooks } from '../../lib/react/runWithHooks.ts'

// The private parts of React that the library uses. After an upgrade of React, a failure here names the part that has
// moved. The part for browsers is also tested in test/next/client/.

const require = createRequire(import.meta.url)
const FLIGHT = 'next/dist/compiled/react-server-dom-webpack/cjs/react-server-dom-webpack'
const client = require(`${FLIGHT}-client.node.production.js`)
const describeMissing = (part: string) => `React ${version} no longer has ${part}.`

/** Decodes a Flight payload. */
async function decode<T>(payload: string): Promise<T> {
  const stream = toByteStream(new Uint8Array(Buffer.from(payload)))
  const serverConsumerManifest = { moduleLoading: null, moduleMap: {}, serverModuleMap: {} }
  return client.createFromReadableStream(stream, { serverConsumerManifest })
}

const Component: FC = () => null

function getThrown(task: () => unknown): unknown {
  try {
    task()
  } catch (thrown) {
    return thrown
  }
}

afterEach(() => void vi.restoreAllMocks())

describe('a lazy of React', () => {
  const createLazy = () => lazy(async () => ({ default: Component }))

  it('a lazy of React is recognised by its type and its two fields', () => {
    expect(isLazy(createLazy()), describeMissing('`$$typeof`, `_init` and `_payload` of a lazy')).toBe(true)
    expect(isReactNode(createLazy())).toBe(true)
    for (const other of [Component, memo(Component), <p key="p" />, {}, null, 'text'])
      expect(isLazy(other)).toBe(false)
  })

  it('a lazy of React throws a promise while it loads, then returns its value', async () => {
    const component = createLazy()
    expect(
      isThenable(getThrown(() => readLazy(component as never))),
      describeMissing('the promise that a lazy throws'),
    ).toBe(true)
    expect(await awaitLazy(component as never), describeMissing('the value of a lazy')).toBe(Component)
    expect(readLazy(component as never)).toBe(Component)
  })

  it('a lazy of React rejects with the error of its module', async () => {
    const failing = lazy(() => Promise.reject(new Error('no module')))
    await expect(awaitLazy(failing as never)).rejects.toThrow('no module')
  })
})

describe('a row of Flight', () => {
  it('a row of Flight is decoded to a lazy like a lazy of React', async () => {
    const { node } = await decode<{ node: never }>('1:"later"\n0:{"node":"$L1"}\n')
    expect(isLazy(node), describeMissing('the lazy of Flight')).toBe(true)
    expect(readLazy(node), describeMissing('`_init(_payload)` of a lazy of Flight')).toBe('later')
  })

  it('a row of Flight is decoded to a promise whose value can be read at once', async () => {
    const { value } = await decode<{ value: Promise<unknown> }>('1:"now"\n0:{"value":"$@1"}\n')
    expect(isThenable(value)).toBe(true)
    expect(readPromise(value), describeMissing('`then` of a promise of Flight that calls back at once')).toBe(
      'now',
    )
  })
})

describe('a promise that React tracks', () => {
  it('a tracked promise is thrown while pending, then read by `status` and `value`', async () => {
    const promise = Promise.resolve('value')
    expect(getThrown(() => readPromise(promise)) === promise).toBe(true)
    await promise
    expect(readPromise(promise)).toBe('value')
  })

  it('a tracked promise that was rejected has no value', async () => {
    const promise = Promise.reject(new Error('the page broke off'))
    expect(getThrown(() => readPromise(promise)) === promise).toBe(true)
    await promise.catch(() => {})
    expect(readPromise(promise)).toBeUndefined()
  })
})

describe('a client reference', () => {
  it('a client reference has the type and the id that Flight gives it', () => {
    const source = require('node:fs').readFileSync(
      require.resolve(`${FLIGHT}-server.node.production.js`),
      'utf8',
    )
    expect(source, describeMissing('the symbol of a client reference')).toContain(
      'Symbol.for("react.client.reference")',
    )
    expect(source, describeMissing('`$$id` of a client reference')).toContain('$$id: { value: ')
    const reference = Object.assign(() => {}, {
      $$typeof: Symbol.for('react.client.reference'),
      $$id: 'Counter.tsx#Counter',
    })
    expect(isClientReference(reference)).toBe(true)
    expect(getClientReferenceId(reference)).toBe('Counter.tsx#Counter')
    expect(isClientReference(Component)).toBe(false)
    expect(getClientReferenceId(Component)).toBeUndefined()
  })
})

describe('an element of React', () => {
  it('a memoized component holds the component that it wraps', () => {
    expect(getMemoizedComponent(memo(Component)), describeMissing('`type` of a memo')).toBe(Component)
    expect(getMemoizedComponent(Component)).toBeUndefined()
  })

  it('an element of React has `_store` in development', () => {
    expect(hasDebugInfo(<p />), describeMissing('`_store` of an element')).toBe(true)
  })

  it('an element that gets other children causes no warning about keys', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { renderToString } = await import('react-dom/server')
    const make = (text: string) => createElement<Record<string, unknown>>('li', null, text)
    renderToString(createElement('ul', null, [make('without a key')]))
    expect(errors, describeMissing('the warning about keys')).toHaveBeenCalledTimes(1)
    errors.mockClear()
    const item = withChildren(make(''), 'made again')
    renderToString(createElement('ol', null, [item]))
    expect(errors, describeMissing('`_store.validated`')).not.toHaveBeenCalled()
  })
})

describe('a component that is called outside of a renderer', () => {
  it('a component called outside of a renderer gets its hooks for that call only', () => {
    const hooks = { useId: () => 'own' }
    expect(
      runWithHooks(hooks, () => useId()),
      describeMissing('`H` in its internals'),
    ).toBe('own')
    vi.spyOn(console, 'error').mockImplementation(() => {})
    expect(() => useState(0)).toThrow()
  })
})
