import type { Locator, Page } from 'playwright-core'

/** A line of the panel. */
export interface Fragment {
  /** The name and the `vary` of the fragment, as the panel shows them: 'film/row [742,"rating"]'. */
  readonly id: string
  readonly outcome: string
}

export interface Panel {
  /** The text of the bar. */
  readonly bar: string
  /** The text about the served fragments. */
  readonly story: string
  /** Every fragment, outer ones first. */
  readonly fragments: readonly Fragment[]
}

export const panelOf = (page: Page): Locator =>
  page.getByRole('complementary', { name: 'Cache of this page' })

export const barOf = (page: Page): Locator => panelOf(page).locator('button[aria-expanded]')

/** Reads the content of the panel, open or closed. */
export async function readPanel(page: Page): Promise<Panel> {
  await barOf(page).waitFor()
  return panelOf(page).evaluate((panel) => {
    const text = (element: Element, part: string) =>
      element.querySelector(part)?.textContent?.replace(/\s+/g, ' ').trim() ?? ''
    return {
      bar: text(panel, '.panel-bar'),
      story: text(panel, '.panel-story'),
      fragments: [...panel.querySelectorAll('.fragment')].map((line) => ({
        id: `${text(line, 'b')} ${text(line, '.fragment-vary')}`.trim(),
        // The word after the icon.
        outcome: text(line, '.outcome').split(' ').at(-1) ?? '',
      })),
    }
  })
}

/** Returns the sorted ids of the fragments with an outcome. */
export function getFragmentIds(outcome: string, { fragments }: Panel): string[] {
  return fragments
    .filter((fragment) => fragment.outcome === outcome)
    .map(({ id }) => id)
    .sort()
}
