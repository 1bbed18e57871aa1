const PATIENCE = 60_000

/** One load of a page in a browser that has seen nothing of the site. */
export async function measureBrowser(browser, { url, islands }) {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    const devTools = await context.newCDPSession(page)
    const metrics = async () => {
      const { metrics } = await devTools.send('Performance.getMetrics')
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
    }
    // On the clock of the thread: other programs on the machine do not count.
    await devTools.send('Performance.enable', { timeDomain: 'threadTicks' })
    await devTools.send('Runtime.enable')
    await devTools.send('Runtime.addBinding', { name: 'islandsHydrated' })
    await page.addInitScript((count) => {
      window.islandsToCome = count
    }, islands)
    const hydrated = new Promise((done, failed) => {
      const timer = setTimeout(failed, PATIENCE, new Error(`The islands of ${url} do not hydrate.`))
      devTools.once('Runtime.bindingCalled', () => {
        clearTimeout(timer)
        done()
      })
    })
    hydrated.catch(() => {})
    const before = await metrics()
    await page.goto(url, { waitUntil: 'commit' })
    await hydrated
    const interactive = await metrics()
    await page.waitForLoadState('load')
    await devTools.send('HeapProfiler.collectGarbage')
    const { JSHeapUsedSize: heap } = await metrics()
    return {
      heap,
      task: (interactive.TaskDuration - before.TaskDuration) * 1000,
      // biome-ignore lint/performance/useDomNodeTextContent: what is hidden does not count
      text: await page.innerText('body'),
    }
  } finally {
    await context.close()
  }
}
