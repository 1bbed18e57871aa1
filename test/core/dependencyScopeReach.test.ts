import { EventEmitter, once } from 'node:events'
import { setImmediate as immediate } from 'node:timers/promises'
import DataLoader from 'dataloader'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDeferred } from '../../lib/core/deferred.ts'
import { createDependencyScope, runInScope } from '../../lib/core/dependencyScope.ts'
import { register } from '../support/fakeSite.ts'

/** Returns the sorted objects that a render registers. */
async function collectRegistered(render: () => unknown): Promise<string[]> {
  const scope = createDependencyScope(undefined, { name: 'test', label: 'test' })
  await runInScope(scope, render)
  return [...(await scope.finalize()).dependencies].sort()
}

describe('registration works (rule 2)', () => {
  const story = async (id: number) => {
    await immediate()
    register(`story:${id}`)
    return id
  }

  it.each<[string, () => unknown]>([
    ['at once', () => register('story:1')],
    [
      'after an await',
      async () => {
        await Promise.resolve()
        register('story:1')
      },
    ],
    [
      'after a timer and a tick',
      async () => {
        await new Promise<void>((resolve) => setTimeout(resolve, 0))
        await new Promise<void>((resolve) => process.nextTick(resolve))
        register('story:1')
      },
    ],
    ['in a function of the data layer', () => story(1)],
    [
      'in async functions in async functions',
      async () => {
        const section = async () => (await Promise.all([story(1)]))[0]
        await (async () => section())()
      },
    ],
    [
      'behind a thenable',
      async () => {
        const lazy = {
          // biome-ignore lint/suspicious/noThenProperty: query builders are thenables
          then(resolve: (id: number) => void) {
            story(1).then(resolve)
          },
        }
        await lazy
      },
    ],
    [
      'after a thenable',
      async () => {
        // biome-ignore lint/suspicious/noThenProperty: query builders are thenables
        await { then: (resolve: () => void) => setImmediate(resolve) }
        register('story:1')
      },
    ],
    [
      'after an event',
      async () => {
        const emitter = new EventEmitter()
        setImmediate(() => emitter.emit('loaded'))
        await once(emitter, 'loaded')
        register('story:1')
      },
    ],
    [
      'in a listener',
      async () => {
        const emitter = new EventEmitter()
        emitter.once('loaded', () => register('story:1'))
        setImmediate(() => emitter.emit('loaded'))
        await once(emitter, 'loaded')
      },
    ],
    [
      'in an async generator',
      async () => {
        async function* stories() {
          yield await story(1)
        }
        for await (const _ of stories()) {
        }
      },
    ],
    [
      'in a batch of a DataLoader',
      () => new DataLoader((ids: readonly number[]) => Promise.all(ids.map(story))).load(1),
    ],
    [
      'in the pull of a stream',
      async () => {
        const stream = new ReadableStream({
          async pull(controller) {
            controller.enqueue(await story(1))
            controller.close()
          },
        })
        for await (const _ of stream) {
        }
      },
    ],
  ])('registration works %s', async (_, render) => {
    expect(await collectRegistered(render)).toEqual(['story:1'])
  })

  it('registration works in siblings that run in parallel', async () => {
    const siblings = () => Promise.all([1, 2, 3].map(story))
    expect(await collectRegistered(siblings)).toEqual(['story:1', 'story:2', 'story:3'])
  })

  it('registration works when an event comes from another request', async () => {
    const emitter = new EventEmitter()
    const render = (id: number) => async () => {
      await once(emitter, 'loaded')
      register(`story:${id}`)
    }
    const renders = [collectRegistered(render(1)), collectRegistered(render(2))]
    await collectRegistered(() => emitter.emit('loaded'))
    expect(await Promise.all(renders)).toEqual([['story:1'], ['story:2']])
  })

  it('registration works when two renders share one batch of a DataLoader', async () => {
    const batches: (readonly number[])[] = []
    const loader = new DataLoader(async (ids: readonly number[]) => {
      batches.push(ids)
      await immediate()
      return ids
    })
    const load = (id: number) => async () => register(`story:${await loader.load(id)}`)
    const renders = [collectRegistered(load(1)), collectRegistered(load(2)), collectRegistered(load(1))]
    expect(await Promise.all(renders)).toEqual([['story:1'], ['story:2'], ['story:1']])
    expect(batches).toEqual([[1, 2]])
  })
})

describe('registration (rule 3)', () => {
  it('a registration outside a fragment does nothing', () => {
    expect(() => register('story:1')).not.toThrow()
  })

  it('a registration never reaches another render, in any order of their steps', async () => {
    const steps = fc.array(fc.constantFrom('await', 'register', 'parallel'), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(steps, { minLength: 2, maxLength: 5 }),
        async (s, renders) => {
          const expected = renders.map((kinds, render) =>
            kinds.flatMap((kind, step) => (kind === 'await' ? [] : [`${render}:${step}`])).sort(),
          )
          const turn = () => s.schedule(Promise.resolve())
          const run = (kinds: readonly string[], render: number) => async () => {
            for (const [step, kind] of kinds.entries()) {
              const show = async () => {
                await turn()
                register(`${render}:${step}`)
              }
              if (kind === 'await') await turn()
              else if (kind === 'register') register(`${render}:${step}`)
              else await Promise.all([show(), show()])
            }
          }
          const all = Promise.all(renders.map((kinds, render) => collectRegistered(run(kinds, render))))
          expect(await s.waitFor(all)).toEqual(expected)
        },
      ),
      { numRuns: 500 },
    )
  }, 30_000)

  it('work that outlives its render registers with no other render', async () => {
    const gate = createDeferred<void>()
    const late: string[] = []
    const scope = createDependencyScope(undefined, {
      name: 'test',
      label: 'test',
      onLateRegistration: (objects) => late.push(...objects),
    })
    const leftRunning = runInScope(scope, async () => {
      await gate.promise
      register('late')
    })
    const { dependencies } = await scope.finalize()
    const other = collectRegistered(async () => {
      gate.resolve()
      await leftRunning
      register('own')
    })
    expect(await other).toEqual(['own'])
    expect([...dependencies]).toEqual([])
    expect(late).toEqual(['late'])
  })
})
