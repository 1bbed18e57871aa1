import type { Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { browserTest, NewVisitor, VisitorOptions } from '../../support/browser.ts'
import { type Comparison, domLines } from './domLines.ts'
import type { Mode } from './site/Fragment.tsx'

const PATIENCE = { timeout: 30_000, interval: 100 }

export type BrowserTest = ReturnType<typeof browserTest>

export interface TwinOptions extends VisitorOptions {
  readonly comparison: Comparison
  /** What it is compared to, when not to a page without the library. */
  readonly twin?: Mode
  /** A selector of what is compared, when not the whole document. */
  readonly root?: string
}

type Step = (page: Page, mode: Mode) => Promise<unknown>

/**
 * Takes the same steps on two pages, of which one has fragments, and compares what is there after each.
 *
 * @returns what takes further steps, and resolves to what is there, in lines
 */
export async function expectSameDom(
  newVisitor: NewVisitor,
  mode: Mode,
  { comparison, twin = 'plain', root, ...visitor }: TwinOptions,
  ...steps: Step[]
): Promise<(step: Step) => Promise<string[]>> {
  const page = await newVisitor(visitor)
  const twinPage = await newVisitor(visitor)
  let taken = 0
  async function take(step: Step): Promise<string[]> {
    await Promise.all([step(page, mode), step(twinPage, twin)])
    taken++
    // What is late is late on one of them before the other.
    return vi.waitFor(async () => {
      const lines = await domLines(page, comparison, root)
      expect(lines, `${page.url()} after step ${taken}`).toEqual(await domLines(twinPage, comparison, root))
      return lines
    }, PATIENCE)
  }
  for (const step of steps) await take(step)
  return take
}
