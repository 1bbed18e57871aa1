import { describe, expect, it } from 'vitest'
import { createDeferred } from '../../../lib/core/deferred.ts'
import { createSite, type FakeRequest } from '../../support/fakeSite.ts'

describe('a fragment that contains itself (rule 8)', () => {
  it('an error names a fragment that contains itself', async () => {
    const site = createSite()
    const page = site.request()
    const section = (depth = 0): Promise<string> =>
      page.fragment('section', async function* () {
        if (depth > 5) throw new Error('endless nesting')
        yield section(depth + 1)
      })
    await expect(section()).rejects.toMatchObject({
      code: 'CC_FRAGMENT_IN_ITSELF',
      message: expect.stringContaining('(fragment "section" > fragment "section")'),
    })
    expect(await site.stored('section')).toBeUndefined()
  })

  it('an error shows the path of a fragment that contains itself through others', async () => {
    const site = createSite()
    const page = site.request()
    const renderNested = (names: readonly string[]): Promise<string> =>
      page.fragment(names[0] as string, async function* () {
        yield renderNested(names.slice(1))
      })
    await expect(renderNested(['a', 'b', 'c', 'a'])).rejects.toMatchObject({
      code: 'CC_FRAGMENT_IN_ITSELF',
      message: expect.stringContaining('fragment "a" > fragment "b" > fragment "c" > fragment "a"'),
    })
  })

  it('a fragment with another vary is not the same fragment', async () => {
    const site = createSite()
    const page = site.request()
    const comment = (depth: number): Promise<string> =>
      page.fragment(
        'comment',
        async function* () {
          yield `${depth}`
          if (depth < 5) yield comment(depth + 1)
        },
        { vary: [depth] },
      )
    expect(await comment(1)).toBe('12345')
    await page.reports()
    expect(await site.stored('comment', [1])).toBeDefined()
  })

  it('a fragment beside itself joins its own fill', async () => {
    const site = createSite()
    const page = site.request()
    const html = await page.fragment('section', async function* () {
      const twice = [1, 2].map(() => page.fragment('story', () => ['Story']))
      yield (await Promise.all(twice)).join()
    })
    expect(html).toBe('Story,Story')
    expect((await page.reports()).map(({ outcome }) => outcome).sort()).toEqual(['join', 'miss', 'miss'])
  })
})

describe('fragments that wait for each other in different requests (rule 8)', () => {
  /** Serves fragments of which each contains the next. */
  async function renderNested(
    page: FakeRequest,
    names: readonly string[],
    gate: Promise<void>,
  ): Promise<string> {
    const [name, ...inner] = names
    return page.fragment(name as string, async function* () {
      yield `<${name}>`
      if (inner.length > 0) {
        await gate
        yield renderNested(page, inner, gate)
      }
    })
  }

  it.each([
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ],
    [
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
      ['b', 'a', 'c'],
    ],
  ])('fragments that wait for each other do not deadlock: %j, %j %j', async (...paths) => {
    const site = createSite()
    const gate = createDeferred<void>()
    const pages = (paths as string[][]).map((names) => renderNested(site.request(), names, gate.promise))
    gate.resolve()
    const shown = await Promise.all(pages)
    shown.forEach((html, index) => {
      const [first, second] = (paths as string[][])[index] as string[]
      expect(html).toMatch(new RegExp(`^<${first}><${second}>`))
    })
  })

  it('a fragment is rendered twice only when a join would deadlock', async () => {
    const site = createSite()
    const gate = createDeferred<void>()
    const one = renderNested(site.request(), ['a', 'b'], gate.promise)
    const other = renderNested(site.request(), ['b', 'a'], gate.promise)
    gate.resolve()
    await Promise.all([one, other])
    expect(site.happened().filter((event) => /^(miss|join)/.test(event))).toEqual([
      'miss a',
      'miss b',
      'join b',
      'miss a',
    ])
  })
})
