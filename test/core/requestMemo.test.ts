import { describe, expect, it, vi } from 'vitest'
import { createDependencyScope, runInScope, type ScopeResult } from '../../lib/core/dependencyScope.ts'
import { createRequestMemo, type MemoTable } from '../../lib/core/requestMemo.ts'
import { register } from '../support/fakeSite.ts'

/** Creates the memo of one request. */
function createMemo(table: MemoTable = new Map(), propagated: Promise<ScopeResult>[] = []) {
  return createRequestMemo({
    getTable: () => table,
    isolate: (_, load) => load(),
    propagate(metadata) {
      propagated.push(metadata)
      return undefined
    },
  })
}

async function renderFragment(render: () => unknown) {
  const scope = createDependencyScope(undefined, {
    name: 'fragment',
    label: 'fragment',
    storeDataReadSince: 1_000,
  })
  const output = await runInScope(scope, render)
  const final = await scope.finalize()
  return { output, ...final, dependencies: [...final.dependencies].sort() }
}

const story = async (id: number) => {
  register(`story:${id}`)
  return `Story ${id}`
}

describe('a memoised loader', () => {
  it('a memoised loader runs once per request for the same arguments', async () => {
    const load = vi.fn(story)
    const memo = createMemo()(load)
    expect(await Promise.all([memo(1), memo(1), memo(2)])).toEqual(['Story 1', 'Story 1', 'Story 2'])
    await memo(1)
    expect(load.mock.calls).toEqual([[1], [2]])
  })

  it('a memoised loader runs again in the next request', async () => {
    const load = vi.fn(story)
    await createMemo()(load)(1)
    await createMemo()(load)(1)
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('a memoised loader runs every time outside of requests', async () => {
    const load = vi.fn(story)
    const memo = createRequestMemo({
      getTable: () => undefined,
      isolate: (_, task) => task(),
      propagate: () => undefined,
    })(load)
    await memo(1)
    await memo(1)
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('a memoised loader compares arguments by identity', async () => {
    const load = vi.fn(async (...args: readonly unknown[]) => args.length)
    const memo = createMemo()(load)
    const key = { id: 1 }
    const calls = [
      [],
      [undefined],
      [1],
      ['1'],
      [key],
      [{ id: 1 }],
      [key, 1],
      [1, key],
      [Number.NaN],
      [null],
      [load],
    ]
    for (const args of [...calls, ...calls]) await memo(...args)
    expect(load).toHaveBeenCalledTimes(calls.length)
  })

  it('a memoised loader does not share its results with other loaders', async () => {
    const memo = createMemo()
    expect(await memo(async (id: number) => `a${id}`)(1)).toBe('a1')
    expect(await memo(async (id: number) => `b${id}`)(1)).toBe('b1')
  })

  it('a memoised loader may be a plain function, and may throw at once', async () => {
    const memo = createMemo()((id: number) => {
      if (id === 0) throw new Error('no such story')
      return id
    })
    expect(await memo(1)).toBe(1)
    await expect(memo(0)).rejects.toThrow('no such story')
  })
})

describe('registrations of a memoised loader (rule 2)', () => {
  it('a memoised registration reaches every fragment that uses the value', async () => {
    const memo = createMemo()(story)
    const [first, second] = await Promise.all([renderFragment(() => memo(1)), renderFragment(() => memo(1))])
    const third = await renderFragment(() => memo(1))
    for (const { dependencies } of [first, second, third]) expect(dependencies).toEqual(['story:1'])
  })

  it('a memoised registration reaches no fragment that does not use the value', async () => {
    const memo = createMemo()(story)
    const other = await renderFragment(async () => {
      register('own')
      await memo(2)
    })
    expect(other.dependencies).toEqual(['own', 'story:2'])
    expect((await renderFragment(() => memo(1))).dependencies).toEqual(['story:1'])
  })

  it('a memoised registration passes through loaders that use each other', async () => {
    const memo = createMemo()
    const one = memo(story)
    const both = memo(async () => Promise.all([one(1), one(2)]))
    await renderFragment(() => one(1))
    expect((await renderFragment(() => both())).dependencies).toEqual(['story:1', 'story:2'])
  })

  it('a memoised registration reaches the host outside of fragments', async () => {
    const propagated: Promise<ScopeResult>[] = []
    await createMemo(new Map(), propagated)(story)(1)
    expect(propagated).toHaveLength(1)
    expect([...((await propagated[0])?.dependencies ?? [])]).toEqual(['story:1'])
  })

  it('a memoised registration reaches the host before the value does', async () => {
    const order: string[] = []
    const memo = createRequestMemo({
      getTable: () => new Map(),
      isolate: (_, load) => load(),
      propagate: (metadata) => metadata.then(() => void order.push('metadata')),
    })(story)
    await memo(1)
    order.push('value')
    expect(order).toEqual(['metadata', 'value'])
  })
})

describe('a fragment that uses a memoised loader (rule 11)', () => {
  it('a fragment is not stored when its loader failed, even if the failure was caught', async () => {
    const memo = createMemo()(async () => {
      throw new Error('database is away')
    })
    const caught = () => memo().catch(() => 'nothing to see')
    for (const turn of ['first', 'second']) {
      const { output, uncacheableReason } = await renderFragment(caught)
      expect([turn, output, uncacheableReason]).toEqual([turn, 'nothing to see', 'nested'])
    }
  })
})

describe('the lifetime of a loader (rule 7)', () => {
  it('a limit of a loader applies to every fragment that uses it', async () => {
    const limited = createRequestMemo({
      getTable: () => new Map(),
      isolate(scope, load) {
        scope.limitRelativeLifetime(50, 70)
        return load()
      },
      propagate: () => undefined,
    })(story)
    expect(await renderFragment(() => limited(1))).toMatchObject({ staleAt: 1_050, discardAt: 1_070 })
  })
})
