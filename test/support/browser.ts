import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page, type Route } from 'playwright-core'
import { test as base, expect } from 'vitest'

export interface VisitorOptions extends BrowserContextOptions {
  /** Whether the browser prefetches linked pages, which fills caches at unpredictable times. */
  readonly prefetch?: boolean
  /** Errors and warnings of the browser and the server that the test causes. */
  readonly tolerated?: RegExp
}

/** Opens a new browser window with its own storage and client cache. */
export type NewVisitor = (options?: VisitorOptions) => Promise<Page>

/** The site that is visited. */
export interface Visited {
  readonly origin: string
  /** The output of its server. */
  log(): string
}

const withBrowser = base
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the needed fixtures from this pattern
  .extend('browser', { scope: 'worker' }, async ({}, { onCleanup }): Promise<Browser> => {
    const browser = await chromium.launch({ executablePath: findChromium(), args: FLAGS })
    onCleanup(() => browser.close())
    return browser
  })

/**
 * Vitest's `test` with browser windows on a site. A test fails when one of its windows logged an error or a warning, threw,
 * or had a failed request. It also fails when the server printed an error.
 */
export function browserTest(visited: () => Visited) {
  return withBrowser.extend('newVisitor', async ({ browser }, { onCleanup }): Promise<NewVisitor> => {
    const { origin, log } = visited()
    const printedBefore = log().length
    const troubles: string[] = []
    const tolerated: RegExp[] = []
    const pages: Page[] = []
    onCleanup(async () => {
      await Promise.all(pages.map((page) => page.context().close()))
      const isTrouble = (text: string) => !tolerated.some((pattern) => pattern.test(text))
      expect(troubles.filter(isTrouble), 'troubles in the browser').toEqual([])
      const printed = log().slice(printedBefore).split('\n').filter(isTrouble).join('\n')
      expect(printed, 'output of the server').not.toMatch(/⨯|error|warn/i)
    })
    return async ({ prefetch = true, tolerated: pattern, ...options } = {}) => {
      if (pattern) tolerated.push(pattern)
      const context = await browser.newContext({
        baseURL: origin,
        reducedMotion: 'reduce',
        ...options,
      })
      context.setDefaultTimeout(20_000)
      if (!prefetch) await context.route(/[?&]_rsc=/, stopPrefetch)
      // For all pages of the context, including those that the test opens later.
      context.on('page', (page) => watch(page, (trouble) => troubles.push(trouble)))
      const page = await context.newPage()
      pages.push(page)
      return page
    }
  })
}

/** Loads a page, like a reader who follows a link from another site. @returns its status */
export async function visit(page: Page, path: string): Promise<number> {
  const response = await page.goto(path)
  // Before React hydrates, a click on a link loads a document, and a click on a button does nothing.
  await page.waitForFunction(() => Object.keys(document).some((key) => key.startsWith('__reactContainer')))
  if (response === null) throw new Error(`${path} is the current page.`)
  return response.status()
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Prefers the headless shell, the same browser without a user interface, which opens windows in a third of the time. */
function findChromium(): string {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const executable = ['chromium-headless-shell', 'chromium']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find(isExecutable)
  if (executable === undefined) throw new Error('The browser tests need chromium on the PATH.')
  return executable
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const HARMLESS = new Set([
  // Leaving a page aborts its requests, and Next aborts a prefetch that it has read.
  'net::ERR_ABORTED',
  // A blocked script, for a visitor without JavaScript.
  'csp',
])

function stopPrefetch(route: Route): Promise<void> {
  return route.request().headers()['next-router-prefetch'] ? route.abort('aborted') : route.continue()
}

function watch(page: Page, report: (trouble: string) => void): void {
  page.on('pageerror', (error) => report(`${page.url()} threw ${error}`))
  page.on('console', (message) => {
    // The listener for responses reports failed loads with their URLs.
    if (message.text().startsWith('Failed to load resource')) return
    if (['error', 'warning'].includes(message.type())) report(`${page.url()} logged ${message.text()}`)
  })
  page.on('requestfailed', (request) => {
    const fault = request.failure()?.errorText ?? ''
    if (!HARMLESS.has(fault)) report(`${request.url()} failed: ${fault}`)
  })
  page.on('response', (response) => {
    // Tests check the status of documents themselves.
    if (response.status() < 400 || response.request().isNavigationRequest()) return
    report(`${response.url()} answered ${response.status()}`)
  })
}
