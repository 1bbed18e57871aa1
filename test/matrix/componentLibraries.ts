import type { Page } from 'playwright-core'

export interface ComponentLibrary {
  /** The first part of the path of its pages. It is also the key of its content, and the name of its outer fragment. */
  readonly page: string
  /** Whether it renders hidden content in the browser only, with `<Activity>`. */
  readonly mountsHidden?: boolean
  /** The actions of a reader. Each resolves when the page shows its effect. */
  readonly interactions: readonly ((page: Page) => Promise<unknown>)[]
}

const seeText = (page: Page, text: string) => page.getByText(text).filter({ visible: true }).first().waitFor()

const press = (name: string, effect: string) => async (page: Page) => {
  await page.getByRole('button', { name }).first().click()
  await seeText(page, effect)
}

const selectSports = async (page: Page) => {
  await page.getByRole('tab', { name: 'Sports' }).click()
  await page.getByRole('tabpanel').getByText('Teaser of edition').waitFor()
}

const openNotes = async (page: Page) => {
  await page.getByRole('button', { name: 'Open notes' }).click()
  await page.getByRole('dialog').getByText('Notes of').waitFor()
}

const closeNotes = async (page: Page) => {
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}

const openAnswer = press('Why edition', 'Because of')

const turnTo = (content: string) => async (page: Page) => {
  await page.locator('[data-button=switch]').click()
  await page.locator(`[data-button=switch] + div`, { hasText: content }).waitFor()
}

const writeLetter = (page: Page) => page.getByLabel('Letter').fill('Dear editor')

const setTheme = (theme: string) => async (page: Page) => {
  await page.getByRole('button', { name: theme }).click()
  await page.locator(`html.${theme}`).waitFor()
}

const seeSlide = (page: Page, text: string) =>
  page.locator('.swiper-slide-active', { hasText: text }).waitFor()

/** The tested libraries, by the name of their package. */
export const componentLibraries: Readonly<Record<string, ComponentLibrary>> = {
  '@mui/material': {
    page: 'mui',
    interactions: [
      openNotes,
      closeNotes,
      openAnswer,
      (page) => page.getByRole('checkbox').check(),
      writeLetter,
    ],
  },
  '@chakra-ui/react': {
    page: 'chakra',
    interactions: [selectSports, openAnswer, openNotes, closeNotes],
  },
  '@mantine/core': {
    page: 'mantine',
    mountsHidden: true,
    interactions: [selectSports, openAnswer, openNotes, closeNotes, writeLetter],
  },
  'radix-ui': {
    page: 'radix',
    interactions: [
      selectSports,
      openAnswer,
      press('When edition', 'An answer to each question'),
      openNotes,
      closeNotes,
    ],
  },
  antd: {
    page: 'ant-design',
    interactions: [selectSports, openAnswer, openNotes, closeNotes, writeLetter],
  },
  'styled-components': {
    page: 'styled-components',
    interactions: [press('Open notes', 'Notes of')],
  },
  tailwindcss: { page: 'tailwind', interactions: [turnTo('Sports'), turnTo('News')] },
  'next-intl': {
    page: 'next-intl',
    interactions: [press('no likes', '1 like'), press('1 like', '2 likes')],
  },
  'next-themes': { page: 'next-themes', interactions: [setTheme('dark'), setTheme('light')] },
  '@next/mdx': { page: 'mdx', interactions: [turnTo('Sports'), turnTo('News')] },
  'next-mdx-remote': { page: 'next-mdx-remote', interactions: [turnTo('Sports'), turnTo('News')] },
  shiki: { page: 'shiki', interactions: [turnTo('content'), turnTo('comment')] },
  katex: { page: 'katex', interactions: [turnTo('z'), turnTo('d')] },
  swiper: {
    page: 'swiper',
    interactions: [
      async (page) => {
        await page.getByRole('button', { name: 'next' }).click()
        await seeSlide(page, 'Teaser')
      },
      async (page) => {
        await page.locator('.swiper-pagination-bullet').last().click()
        await seeSlide(page, 'Last slide')
      },
    ],
  },
}
