const HYDRATION_TIMEOUT_MS = 60_000

/** Measures one load of a page in a new browser context. */
export async function measureBrowser(browser, { url, islands }) {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    const devTools = await context.newCDPSession(page)
    const readMetrics = async () => {
      const { metrics } = await devTools.send('Performance.getMetrics')
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
    }
    // The clock of the thread excludes other programs on the machine.
    await devTools.send('Performance.enable', { timeDomain: 'threadTicks' })
    await devTools.send('Runtime.enable')
    await devTools.send('Runtime.addBinding', { name: 'islandsHydrated' })
    await page.addInitScript((count) => {
      window.islandsToHydrate = count
    }, islands)
    const hydrated = new Promise((resolve, reject) => {
      const error = new Error(`The islands of ${url} have not hydrated in time.`)
      const timer = setTimeout(reject, HYDRATION_TIMEOUT_MS, error)
      devTools.once('Runtime.bindingCalled', () => {
        clearTimeout(timer)
        resolve()
      })
    })
    hydrated.catch(() => {})
    const before = await readMetrics()
    await page.goto(url, { waitUntil: 'commit' })
    await hydrated
    const interactive = await readMetrics()
    await page.waitForLoadState('load')
    await devTools.send('HeapProfiler.collectGarbage')
    const { JSHeapUsedSize: heap, JSEventListeners: listeners } = await readMetrics()
    return {
      heap,
      listeners,
      task: (interactive.TaskDuration - before.TaskDuration) * 1000,
      // biome-ignore lint/performance/useDomNodeTextContent: hidden text must not count
      text: await page.innerText('body'),
    }
  } finally {
    await context.close()
  }
}
