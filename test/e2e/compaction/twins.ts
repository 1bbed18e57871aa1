import type { Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { browserTest, NewVisitor, VisitorOptions } from '../../support/browser.ts'
import { type Comparison, readDomLines } from './domLines.ts'
import type { Mode } from './site/Fragment.tsx'

const PATIENCE = { timeout: 30_000, interval: 100 }

export type BrowserTest = ReturnType<typeof browserTest>

export interface TwinOptions extends VisitorOptions {
  readonly comparison: Comparison
  /** The mode of the twin. Default: a page without the library. */
  readonly twin?: Mode
  /** Selector of the compared elements. Default: the whole document. */
  readonly root?: string
  /** Replaces what differs between any two loads of a page. */
  readonly normalize?: (lines: string[]) => string[]
}

type Step = (page: Page, mode: Mode) => Promise<unknown>

/**
 * Takes the same steps on a page with fragments and on its twin, and compares the DOM after each step.
 *
 * @returns a function that takes a further step, compares, and resolves to the lines of the DOM
 */
export async function expectSameDom(
  newVisitor: NewVisitor,
  mode: Mode,
  { comparison, twin = 'plain', root, normalize = (lines) => lines, ...visitor }: TwinOptions,
  ...steps: Step[]
): Promise<(step: Step) => Promise<string[]>> {
  const page = await newVisitor(visitor)
  const twinPage = await newVisitor(visitor)
  let taken = 0
  const read = async (visited: Page) => normalize(await readDomLines(visited, comparison, root))
  async function take(step: Step): Promise<string[]> {
    await Promise.all([step(page, mode), step(twinPage, twin)])
    taken++
    // Late content does not arrive on both pages at the same time.
    return vi.waitFor(async () => {
      const lines = await read(page)
      expect(lines, `${page.url()} after step ${taken}`).toEqual(await read(twinPage))
      return lines
    }, PATIENCE)
  }
  for (const step of steps) await take(step)
  return take
}
