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
  /** What it says happened. */
  readonly story: string
  /** Every fragment, outer ones first. */
  readonly fragments: readonly Fragment[]
}

export const panelOf = (page: Page): Locator =>
  page.getByRole('complementary', { name: 'Cache of this page' })

export const barOf = (page: Page): Locator => panelOf(page).locator('button[aria-expanded]')

/** All that the panel of a page says, whether it is open or not. */
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
        // The word behind the icon.
        outcome: text(line, '.outcome').split(' ').at(-1) ?? '',
      })),
    }
  })
}

/** The fragments that were served so, sorted. */
export function getFragmentIds(outcome: string, { fragments }: Panel): string[] {
  return fragments
    .filter((fragment) => fragment.outcome === outcome)
    .map(({ id }) => id)
    .sort()
}
