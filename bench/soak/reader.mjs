const TALLY = /outcome-(hit|miss|stale|join|bypass)"><span aria-hidden="true">.<\/span>\D*(\d+)/gu

/** Reads pages of one site, one after the other, and hands over what was seen in each. */
export async function read({ site, choose, until, counts, onPage }) {
  while (performance.now() < until()) {
    const path = choose(site)
    const startedAt = performance.now()
    try {
      const reply = await fetch(site.url + path, { signal: AbortSignal.timeout(30_000) })
      const html = await reply.text()
      if (!reply.ok) throw new Error(`status ${reply.status}`)
      counts.reads++
      counts.latencies.push(performance.now() - startedAt)
      // Next marks what comes from its own cache of pages.
      const prerendered = reply.headers.has('x-nextjs-cache')
      if (!prerendered) {
        for (const [, outcome, number] of html.matchAll(TALLY)) counts.outcomes[outcome] += Number(number)
      }
      onPage({ site: site.name, path, html, startedAt, prerendered })
    } catch (error) {
      counts.failedReads++
      counts.lastError = `${path}: ${error.cause?.message ?? error.message}`
    }
  }
}
