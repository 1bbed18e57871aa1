const OUTCOME_COUNT = /outcome-(hit|miss|stale|join|bypass)"><span aria-hidden="true">.<\/span>\D*(\d+)/gu

/** Requests pages of one site sequentially. @param onPage called with each page */
export async function runReader({ site, choosePage, until, counts, onPage }) {
  while (performance.now() < until()) {
    const path = choosePage(site)
    const startedAt = performance.now()
    try {
      const reply = await fetch(site.url + path, { signal: AbortSignal.timeout(30_000) })
      const html = await reply.text()
      if (!reply.ok) throw new Error(`status ${reply.status}`)
      counts.reads++
      counts.latencies.push(performance.now() - startedAt)
      // Next sets this header on responses from its page cache.
      const isPrerendered = reply.headers.has('x-nextjs-cache')
      if (!isPrerendered) {
        for (const [, outcome, number] of html.matchAll(OUTCOME_COUNT))
          counts.outcomes[outcome] += Number(number)
      }
      onPage({ site: site.name, path, html, startedAt, isPrerendered })
    } catch (error) {
      counts.failedReads++
      counts.lastError = `${path}: ${error.cause?.message ?? error.message}`
    }
  }
}
