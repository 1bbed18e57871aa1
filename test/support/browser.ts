import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page, type Route } from 'playwright-core'
import { test as base, expect } from 'vitest'

export interface VisitorOptions extends BrowserContextOptions {
  /** Whether the browser fetches linked pages ahead, which fills caches at times of its own. */
  readonly prefetch?: boolean
  /** What the browser and the server may complain about, because the test brings it about. */
  readonly tolerated?: RegExp
}

/** Opens a browser window of its own, with its own storage and its own client cache. */
export type NewVisitor = (options?: VisitorOptions) => Promise<Page>

/** The site that is visited. */
export interface Visited {
  readonly origin: string
  /** All that its server has printed. */
  log(): string
}

const withBrowser = base
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads here which fixtures a fixture needs
  .extend('browser', { scope: 'worker' }, async ({}, { onCleanup }): Promise<Browser> => {
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS })
    onCleanup(() => browser.close())
    return browser
  })

/**
 * Vitest's `test` with browser windows on a site. A test fails when any of its windows logged an error
 * or a warning, threw, or had a request fail, and when the server printed an error.
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
      expect(troubles.filter(isTrouble), 'what went wrong in the browser').toEqual([])
      const printed = log().slice(printedBefore).split('\n').filter(isTrouble).join('\n')
      expect(printed, 'what the server printed').not.toMatch(/⨯|error|warn/i)
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
      // Also the pages that a test opens beside the first.
      context.on('page', (page) => watch(page, (trouble) => troubles.push(trouble)))
      const page = await context.newPage()
      pages.push(page)
      return page
    }
  })
}

/** Loads a page as a reader does who follows a link from elsewhere. @returns its status */
export async function visit(page: Page, path: string): Promise<number> {
  const response = await page.goto(path)
  // Until React listens, a click on a link would load a document, and one on a button would do nothing.
  await page.waitForFunction(() => Object.keys(document).some((key) => key.startsWith('__reactContainer')))
  if (response === null) throw new Error(`${path} is the page that was shown already.`)
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

/** The shell opens windows in a third of the time: it is the same browser without what surrounds pages. */
function chromiumPath(): string {
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
  // Whoever leaves a page aborts what it was loading, and Next aborts a prefetch that it has read.
  'net::ERR_ABORTED',
  // A script, for a visitor without JavaScript.
  'csp',
])

function stopPrefetch(route: Route): Promise<void> {
  return route.request().headers()['next-router-prefetch'] ? route.abort('aborted') : route.continue()
}

function watch(page: Page, report: (trouble: string) => void): void {
  page.on('pageerror', (error) => report(`${page.url()} threw ${error}`))
  page.on('console', (message) => {
    // What could not be loaded is told below, with its address.
    if (message.text().startsWith('Failed to load resource')) return
    if (['error', 'warning'].includes(message.type())) report(`${page.url()} logged ${message.text()}`)
  })
  page.on('requestfailed', (request) => {
    const fault = request.failure()?.errorText ?? ''
    if (!HARMLESS.has(fault)) report(`${request.url()} failed: ${fault}`)
  })
  page.on('response', (response) => {
    // The status of a document is the business of the test that asks for it.
    if (response.status() < 400 || response.request().isNavigationRequest()) return
    report(`${response.url()} answered ${response.status()}`)
  })
}
