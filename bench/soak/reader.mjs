const TALLY = /outcome-(hit|miss|stale|join|bypass)"><span aria-hidden="true">.<\/span>\D*(\d+)/gu

/** Reads pages of one site, one after the other, and holds each against the ledger. */
export async function read({ site, pages, ledger, until, counts, onStale }) {
  while (performance.now() < until()) {
    const page = pages[Math.floor(Math.random() * pages.length)]
    const began = performance.now()
    try {
      const reply = await fetch(site.url + page.path, { signal: AbortSignal.timeout(30_000) })
      const html = await reply.text()
      counts.requests++
      counts.latencies.push(performance.now() - began)
      if (!reply.ok) throw new Error(`status ${reply.status}`)
      check(html, page, began)
    } catch (error) {
      counts.failedRequests++
      counts.lastError = `${page.path}: ${error.cause?.message ?? error.message}`
    }
  }

  function check(html, page, began) {
    // Next's own pages follow the expiries of their process.
    const { marks, found } = ledger.stale(html, began, page.prerendered ? site.name : undefined)
    counts.marks += marks
    if (page.marked && marks === 0) throw new Error('no title was found in it')
    for (const [, outcome, number] of html.matchAll(TALLY)) counts.outcomes[outcome] += Number(number)
    if (found.length > 0) onStale({ site: site.name, page, found })
  }
}
