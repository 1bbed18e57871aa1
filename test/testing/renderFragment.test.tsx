import { AsyncLocalStorage } from 'node:async_hooks'
import { lazy, memo, type ReactNode, Suspense, use, useId, useState } from 'react'
import { CacheContent, RegisterContent, registerContent, requestMemo } from 'react-cache-content/next'
import { createFragmentTester, renderFragment } from 'react-cache-content/testing'
import { describe, expect, it, vi } from 'vitest'

async function Story({ id }: { id: string }) {
  await Promise.resolve()
  registerContent(`story:${id}`)
  return <li>{id}</li>
}

function Like({ label }: { label: string }) {
  const [likes] = useState(3)
  return (
    <button type="button">
      {label} {likes}
    </button>
  )
}

const Section = () => (
  <CacheContent name="section">
    <h2>News</h2>
    <ul>
      <CacheContent name="story" vary={['1']}>
        <Story id="1" />
      </CacheContent>
      <CacheContent name="story" vary={['2']}>
        <Story id="2" />
      </CacheContent>
    </ul>
  </CacheContent>
)

function Field({ name }: { name: string }) {
  const id = useId()
  registerContent(`field:${name}`)
  return (
    <p>
      <label htmlFor={id}>{name}</label>
      <input id={id} />
    </p>
  )
}

async function Form({ id }: { id: string }) {
  const heading = useId()
  return (
    <form aria-labelledby={heading}>
      <h2 id={heading}>{id}</h2>
      <Field name="own" />
      <CacheContent name="field">
        <Field name="shared" />
      </CacheContent>
    </form>
  )
}

const FormFragment = ({ id }: { id: string }) => (
  <CacheContent name="form" vary={[id]}>
    <Form id={id} />
  </CacheContent>
)

const Forms = () => (
  <>
    <Field name="outside" />
    <FormFragment id="left" />
    <FormFragment id="right" />
    <FormFragment id="right" />
  </>
)

describe('renderFragment', () => {
  it('renderFragment returns the output and keys of a component outside fragments', async () => {
    const { html, dependencies, fragments } = await renderFragment(<Story id="7" />)
    expect(html).toBe('<li>7</li>')
    expect(dependencies).toEqual(['story:7'])
    expect(fragments).toEqual([])
  })

  it('renderFragment collects the keys of nested fragments', async () => {
    const { html, dependencies, fragments } = await renderFragment(<Section />)
    expect(html).toBe('<h2>News</h2><ul><li>1</li><li>2</li></ul>')
    expect(dependencies).toEqual(['story:1', 'story:2'])
    expect(fragments.map(({ name, outcome, dependencies }) => ({ name, outcome, dependencies }))).toEqual([
      { name: 'section', outcome: 'miss', dependencies: ['story:1', 'story:2'] },
      { name: 'story', outcome: 'miss', dependencies: ['story:1'] },
      { name: 'story', outcome: 'miss', dependencies: ['story:2'] },
    ])
    expect(fragments.slice(1).map(({ parent }) => parent)).toEqual([fragments[0]?.key, fragments[0]?.key])
  })

  it('renderFragment reports the events of that render', async () => {
    const { events } = await renderFragment(<Section />)
    expect(events.map(({ type }) => type).sort()).toEqual([
      'commit',
      'commit',
      'commit',
      'miss',
      'miss',
      'miss',
    ])
  })

  it('renderFragment runs server components that call `useId`', async () => {
    const { html, dependencies } = await renderFragment(<Field name="one" />)
    expect(html).toBe('<p><label for="_S_1_">one</label><input id="_S_1_"/></p>')
    expect(dependencies).toEqual(['field:one'])
    expect((await renderFragment(<Form id="left" />)).dependencies).toEqual(['field:own', 'field:shared'])
  })

  it('`useId` in another async context is an error with a code', async () => {
    const runOutside = AsyncLocalStorage.snapshot()
    const Outside = () => runOutside(useId)
    await expect(renderFragment(<Outside />)).rejects.toMatchObject({ code: 'CC_USE_ID_OUTSIDE_RENDER' })
  })

  it('renderFragment makes ids that are unique, and the same at misses and hits', async () => {
    const tester = createFragmentTester()
    const miss = await tester.render(<Forms />)
    const ids = [...miss.html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(1 + 3 * 3)
    const targets = [...miss.html.matchAll(/(?: for| aria-labelledby)="([^"]+)"/g)].map(([, id]) => id)
    expect(targets.sort()).toEqual(ids.sort())
    expect((await tester.render(<Forms />)).html).toBe(miss.html)
    await tester.expireObj('field:own')
    expect((await tester.render(<Forms />)).html).toBe(miss.html)
  })

  it('renderFragment renders lazy, memo, Suspense, promises and client components', async () => {
    const Lazy = lazy(async () => ({ default: Story }))
    const Memo = memo(({ id }: { id: string }) => <Story id={id} />)
    const Waiting = ({ text }: { text: Promise<string> }) => <b>{use(text)}</b>
    const ready = Object.assign(Promise.resolve('used'), { status: 'fulfilled', value: 'used' })
    const { html, dependencies } = await renderFragment(
      <section>
        <Suspense fallback="wait">
          <Lazy id="lazy" />
        </Suspense>
        <Memo id="memo" />
        {[<Story key="a" id="a" />, Promise.resolve(<Story key="b" id="b" />)]}
        <Like label="Likes" />
        <Waiting text={ready} />
        <RegisterContent obj={['kept', null, false]}>
          <i>kept</i>
        </RegisterContent>
      </section>,
    )
    expect(html).toBe(
      '<section><li>lazy</li><li>memo</li><li>a</li><li>b</li><button type="button">Likes 3</button><b>used</b><i>kept</i></section>',
    )
    expect(dependencies).toEqual(['kept', 'story:a', 'story:b', 'story:lazy', 'story:memo'])
  })

  it('renderFragment accepts text, lists, and children without keys', async () => {
    const warnings = vi.spyOn(console, 'error')
    const Two = ({ children }: { children?: ReactNode }) => children
    const { html } = await renderFragment(
      <Two>
        <p>
          {'a'}
          {'b'} {3}
        </p>
        <CacheContent name="two">
          <i>1</i>
          <i>2</i>
        </CacheContent>
      </Two>,
    )
    expect(html).toBe('<p>ab 3</p><i>1</i><i>2</i>')
    expect(warnings).not.toHaveBeenCalled()
    warnings.mockRestore()
  })

  it('renderFragment collects the keys that a memoised loader registers', async () => {
    const load = requestMemo(async (id: string) => {
      registerContent(`story:${id}`)
      return id
    })
    const Loaded = async () => <p>{await load('9')}</p>
    expect((await renderFragment(<Loaded />)).dependencies).toEqual(['story:9'])
  })

  it('renderFragment loads once for all fragments of a render, as a request does', async () => {
    let loads = 0
    const load = requestMemo(async (id: string) => {
      loads++
      registerContent(`story:${id}`)
      return id
    })
    const Loaded = async () => <p>{await load('9')}</p>
    const page = (
      <>
        <CacheContent name="one">
          <Loaded />
        </CacheContent>
        <CacheContent name="two">
          <Loaded />
        </CacheContent>
      </>
    )
    const { fragments } = await renderFragment(page)
    expect(loads).toBe(1)
    expect(fragments.map(({ dependencies }) => dependencies)).toEqual([['story:9'], ['story:9']])
    await renderFragment(page)
    expect(loads).toBe(2)
  })

  it('renderFragment exports nothing, and rejects an invalid `exportAs`', async () => {
    const withPlace = (format: string) => (
      <CacheContent name="section" exportAs={{ format: format as 'django', key: ':1:section' }}>
        <Story id="1" />
      </CacheContent>
    )
    const { html, events } = await renderFragment(withPlace('django'))
    expect(html).toBe('<li>1</li>')
    expect(events.map(({ type }) => type)).toEqual(['miss', 'commit'])
    await expect(renderFragment(withPlace('php'))).rejects.toMatchObject({ code: 'CC_INVALID_EXPORT' })
  })

  it('renderFragment rejects with the error of a component', async () => {
    const Broken = async () => {
      throw new Error('no such story')
    }
    await expect(
      renderFragment(
        <CacheContent name="broken">
          <Broken />
        </CacheContent>,
      ),
    ).rejects.toThrow('no such story')
  })
})

describe('createFragmentTester', () => {
  it('a tester renders only the expired fragments again', async () => {
    const tester = createFragmentTester()
    await tester.render(<Section />)
    expect((await tester.render(<Section />)).fragments.map(({ outcome }) => outcome)).toEqual(['hit'])

    expect(await tester.expireObj('story:1')).toBe(2)

    const { html, fragments } = await tester.render(<Section />)
    expect(html).toContain('<li>1</li><li>2</li>')
    expect(fragments.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['section', 'miss'],
      ['story', 'miss'],
      ['story', 'hit'],
    ])
  })

  it('a tester serves the old copy after a refresh', async () => {
    const tester = createFragmentTester()
    await tester.render(<Section />)
    expect(await tester.refreshObj('story:1')).toBe(2)
    expect((await tester.render(<Section />)).fragments[0]?.outcome).toBe('stale')
  })
})

describe('values that can be read only once', () => {
  function Names({ names, deep }: { names: Iterable<ReactNode>; deep: { values: Iterable<string> } }) {
    useState(0)
    return (
      <p>
        {[...names]} {[...deep.values].join(' ')}
      </p>
    )
  }

  const Page = () => (
    <CacheContent name="names">
      <ul>{[<li key="a">a</li>, <li key="b">b</li>].values()}</ul>
      <Names
        names={[<Story id="1" key="1" />, <b key="b">bold</b>].values()}
        deep={{ values: new Map([['key', 1]]).keys() }}
      />
    </CacheContent>
  )

  it('iterators show the same at the miss and at every hit', async () => {
    const tester = createFragmentTester()
    for (const outcome of ['miss', 'hit', 'hit']) {
      const { html, fragments, dependencies } = await tester.render(<Page />)
      expect(fragments[0]?.outcome).toBe(outcome)
      expect(html).toBe('<ul><li>a</li><li>b</li></ul><p><li>1</li><b>bold</b> key</p>')
      expect(dependencies).toEqual(['story:1'])
    }
  })

  it('iterators in maps and sets show the same at every hit', async () => {
    function Values({ map, set }: { map: Map<string, Iterable<number>>; set: Set<Iterable<number>> }) {
      useState(0)
      return <p>{[...(map.get('a') ?? []), ...[...set].flatMap((items) => [...items])].join()}</p>
    }
    const tester = createFragmentTester()
    for (let visit = 0; visit < 3; visit++) {
      const { html } = await tester.render(
        <CacheContent name="values">
          <Values map={new Map([['a', [1, 2].values()]])} set={new Set([[3].values()])} />
        </CacheContent>,
      )
      expect(html).toBe('<p>1,2,3</p>')
    }
  })

  it('a client component gets streams and async iterators unread at each hit', async () => {
    const seen: [ReadableStream<string>, AsyncIterable<string>][] = []
    function Later({ stream, items }: { stream: ReadableStream<string>; items: AsyncIterable<string> }) {
      useState(0)
      seen.push([stream, items])
      return null
    }
    async function* generate() {
      yield 'c'
      yield 'd'
    }
    const streamOf = (...chunks: string[]) =>
      new ReadableStream<string>({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(chunk)
          controller.close()
        },
      })
    const tester = createFragmentTester()
    for (let visit = 0; visit < 3; visit++) {
      await tester.render(
        <CacheContent name="later">
          <Later stream={streamOf('a', 'b')} items={generate()} />
        </CacheContent>,
      )
    }
    for (const [stream, items] of seen) {
      const read: string[] = []
      for await (const item of stream as unknown as AsyncIterable<string>) read.push(item)
      for await (const item of items) read.push(item)
      expect(read).toEqual(['a', 'b', 'c', 'd'])
    }
    expect(seen).toHaveLength(3)
  })
})
