import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assembleDocument } from '../../support/assembleDocument.ts'
import { newId, type Page, readPage, type Site } from '../../support/nextSite.ts'
import { createPageModel } from '../../support/pageModel.ts'
import { isFuzzing } from '../../support/propertySeed.ts'
import { findRow, type PageStep, randomPage, randomStep } from '../../support/randomPage.ts'
import type { TreeNode } from '../fixture/site/tree/TreeNode.ts'

/** Random pages of nested fragments, random edits and random visits. */
export function describeTrees(site: () => Site) {
  describe('random pages', () => {
    it('a page equals itself without a cache, and only expired fragments render', async () => {
      const steps = fc.array(randomStep, { minLength: 8, maxLength: 8 })
      await fc.assert(
        fc.asyncProperty(steps, randomPage, (steps, root) => checkPage(site(), root, steps)),
        { numRuns: isFuzzing ? 60 : 6, interruptAfterTimeLimit: 100_000 },
      )
    })
  })
}

async function checkPage(site: Site, root: TreeNode, steps: readonly PageStep[]): Promise<void> {
  const id = newId()
  const model = createPageModel(root)
  const toRow = (start: number) => findRow(start, model.rows)
  await site.send({ write: { [`${id}/tree`]: JSON.stringify(root) } })

  const renders = new Map<number, number>()
  for (const { edits, visits } of steps) {
    const write = Object.fromEntries(edits.map(toRow).map((row) => [`${id}/${row}`, `${model.edit(row)}`]))
    // Late parts come after the page has delivered all others.
    await site.send({ write, expire: Object.keys(write), hold: `${id}/late` })
    const rows = visits.map((visit) => (visit === null ? null : toRow(visit)))
    const responses = await Promise.all(rows.map((row) => fetch(site.origin + getPath(row))))
    await site.send({ release: `${id}/late` })
    const pages = await Promise.all(responses.map(readPage))

    const rendered = rows.flatMap((row) => [...model.visit(row)])
    for (const row of rendered) renders.set(row, (renders.get(row) ?? 0) + 1)
    let { eventLog } = await site.send({})
    expect(countRenders(eventLog)).toEqual(Object.fromEntries(renders))
    // A page may be delivered before its fragments are stored.
    for (const row of rendered) {
      const [noted, times = 0] = [`commit node["${id}",${row}] committed`, renders.get(row)]
      if ((eventLog[noted] ?? 0) < times) eventLog = (await site.send({ noted, times })).eventLog
    }

    for (const [index, row] of rows.entries()) {
      const content = readContent(pages[index])
      const plain = readContent(await site.get(getPath(row, { cache: 'off' })))
      expect(content.html).toBe(plain.html)
      // Ids are unique. Only React alone gives one id to two places, when they share an element.
      const sameIds = content.ids.map((id) => plain.ids[content.ids.indexOf(id)])
      expect(sameIds).toEqual(plain.ids)
    }
  }

  function getPath(row: number | null, query: Record<string, string> = {}): string {
    return `/tree/${id}?${new URLSearchParams({ ...query, ...(row !== null && { row: `${row}` }) })}`
  }

  function countRenders(eventLog: Record<string, number>): Record<string, number> {
    const prefix = `render node ${id} `
    const entries = Object.entries(eventLog).filter(([entry]) => entry.startsWith(prefix))
    return Object.fromEntries(entries.map(([entry, count]) => [entry.slice(prefix.length), count]))
  }
}

interface Content {
  /** The elements and texts, without ids. */
  readonly html: string
  readonly ids: readonly string[]
}

function readContent(page: Page | undefined): Content {
  const [main] = /<main>.*<\/main>/s.exec(assembleDocument(page?.html ?? '')) ?? []
  if (main === undefined) throw new Error(`The page has no content:\n${page?.html}`)
  expect(main).not.toMatch(/<template id="[BP]:/)
  const ids = [...main.matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => id)
  let index = 0
  const html = main
    .replace(/<!--.*?-->/gs, '')
    .replace(/ (id|for|aria-labelledby)="([^"]*)"/g, (_, name: string, id: string) => {
      if (name === 'id') return ` id="${++index}"`
      // Each reference on these pages is to the next id.
      expect(id).toBe(ids[index])
      return ` ${name}="${index + 1}"`
    })
  return { html, ids }
}
