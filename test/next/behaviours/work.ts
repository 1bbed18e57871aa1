import { describe, expect, it } from 'vitest'
import { newId, type Site } from '../../support/nextSite.ts'
import type { TreeFragment, TreeNode } from '../fixture/site/tree/TreeNode.ts'
import type { Work } from '../fixture/site/workCounter.ts'

const SECTIONS = 6
const ROWS = 20
const FRAGMENTS = 1 + SECTIONS + SECTIONS * ROWS

/**
 * What a page costs beyond a hit, counted and not timed. A hit has the promises of Next itself, whose number depends on its
 * settings. Each count is the lowest of a few, because other work of the process may come between.
 */
export function describeWork(site: () => Site) {
  describe(`the work of a page of ${FRAGMENTS} nested fragments`, () => {
    it('a cold page renders each fragment once, with few promises and little JSON', async () => {
      const page = await createPage(site())
      const cold = await findLowest(async () => measure(await createPage(site()), true))
      await measure(page, true)
      const hit = await measureHit(page)
      expect(cold.renders).toBe(FRAGMENTS)
      expect((cold.promises - hit.promises) / FRAGMENTS).toBeLessThan(15)
      expect((cold.jsonCharacters - hit.jsonCharacters) / FRAGMENTS).toBeLessThan(500)
    })

    it('an edit of a row costs three fragments, however many the page has', async () => {
      const page = await createPage(site())
      await measure(page, true)
      const hit = await measureHit(page)
      // The first fill that contains a stored fragment decodes it.
      await edit(page, 20)
      await measure(page, true)
      const edited = await findLowest(async () => {
        await edit(page, 20)
        return measure(page, true)
      })
      expect(edited.renders).toBe(3)
      expect(edited.promises - hit.promises).toBeLessThan(100)
      expect(edited.jsonCharacters - hit.jsonCharacters).toBeLessThan(4_000)
    })

    it('a hit renders nothing, and passes little through JSON', async () => {
      const page = await createPage(site())
      await measure(page, true)
      const hit = await measureHit(page)
      expect(hit.renders).toBe(0)
      expect(hit.promises).toBeLessThan(2_500)
      expect(hit.jsonCharacters).toBeLessThan(45_000)
    })
  })
}

interface PageWork extends Work {
  readonly renders: number
}

/** Measures three times. The renders must be the same each time. */
async function findLowest(measureOnce: () => Promise<PageWork>): Promise<PageWork> {
  const [first, ...others] = [await measureOnce(), await measureOnce(), await measureOnce()] as const
  return others.reduce((lowest, work) => {
    expect(work.renders).toBe(lowest.renders)
    return {
      renders: work.renders,
      promises: Math.min(lowest.promises, work.promises),
      jsonCharacters: Math.min(lowest.jsonCharacters, work.jsonCharacters),
    }
  }, first)
}

/** The first hit may decode the entry. */
async function measureHit(page: TestPage): Promise<PageWork> {
  await page.site.get(page.path)
  return findLowest(() => measure(page, false))
}

async function edit({ site, id }: TestPage, row: number): Promise<void> {
  await site.send({ write: { [`${id}/${row}`]: newId() }, expire: `${id}/${row}` })
}

interface TestPage {
  readonly id: string
  readonly path: string
  readonly site: Site
}

async function createPage(site: Site): Promise<TestPage> {
  const id = newId()
  const sections = Array.from({ length: SECTIONS }, (_, section) =>
    createFragment(
      1_000 * (section + 1),
      Array.from({ length: ROWS }, (_, row) => createFragment(20 * section + row + 1, [text(row)])),
    ),
  )
  const root = createFragment(0, [{ kind: 'island', label: 'one' }, ...sections])
  await site.send({ write: { [`${id}/tree`]: JSON.stringify(root) } })
  return { id, path: `/tree/${id}`, site }
}

const text = (row: number): TreeNode => ({
  kind: 'text',
  text: `A sentence about row ${row}, as long as rows are.`,
})

function createFragment(row: number, children: readonly TreeNode[]): TreeFragment {
  return {
    kind: 'fragment',
    row,
    isKeyed: true,
    compact: true,
    content: 'elements',
    root: 'section',
    children,
  }
}

/** @param stores whether the page is stored again */
async function measure({ id, path, site }: TestPage, stores: boolean): Promise<PageWork> {
  const stored = `commit node["${id}",0] committed`
  const before = (await site.send({ work: 'start' })).eventLog
  const { status } = await site.get(path)
  const { work, eventLog } = await site.send({
    ...(stores && { noted: stored, times: (before[stored] ?? 0) + 1 }),
    work: 'stop',
  })
  expect(status).toBe(200)
  if (work === undefined) throw new Error('The site has counted nothing.')
  const countRenders = (log: Readonly<Record<string, number>>) =>
    Object.entries(log).reduce(
      (sum, [entry, count]) => (entry.startsWith(`render node ${id} `) ? sum + count : sum),
      0,
    )
  return { ...work, renders: countRenders(eventLog) - countRenders(before) }
}
