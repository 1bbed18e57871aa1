/**
 * What every film's title must at least say. An edit writes the next version into the title; once the site
 * has acknowledged it, no request that begins afterwards may be shown an older one. All moments are on the
 * clock of this process.
 */
const MARK = /\[f(\d+) v(\d+)\]/g
/** Edits of one film that are remembered: more than anything can be behind. */
const REMEMBERED = 10_000

/** Long enough before the mark, so that the log of changes, which quotes old titles, cuts it off. */
export const markedTitle = (title, id, version) =>
  `${title.slice(0, 60).padEnd(45, '.')} [f${id} v${version}]`

export function createLedger(ids) {
  /** For each film its edits, in the order of their versions, which is that of their acknowledgement. */
  const acknowledged = new Map(ids.map((id) => [id, []]))

  /** The first edit that a request should have been shown and was not. */
  function firstMissed(id, shown, startedAt, counts) {
    const edits = acknowledged.get(id) ?? []
    let missed
    for (let index = edits.length - 1; index >= 0 && edits[index].version > shown; index--) {
      if (edits[index].at < startedAt && counts(edits[index])) missed = edits[index]
    }
    return missed && { film: id, shown, missed, lag: startedAt - missed.at }
  }

  return {
    /** @param by the process that took the edit */
    acknowledge(id, version, by) {
      const edits = acknowledged.get(id)
      edits.push({ version, by, at: performance.now() })
      if (edits.length > 2 * REMEMBERED) edits.splice(0, REMEMBERED)
    },

    /**
     * Every title in `html` that is older than an edit which had been acknowledged when the request began. What
     * a page says several times (in its HTML, in its Flight data) counts once.
     *
     * @param startedAt when the request did
     * @param site the process that answered
     * @returns `sameProcess` for edits that it took itself, `others` for those of other processes; `lag` is for how
     * many milliseconds the first missed edit had been acknowledged
     */
    check(html, startedAt, site) {
      const titles = new Map([...html.matchAll(MARK)].map(([mark, id, shown]) => [mark, { id, shown }]))
      const missed = { titles: titles.size, sameProcess: [], others: [] }
      for (const { id, shown } of titles.values()) {
        const sameProcess = firstMissed(Number(id), Number(shown), startedAt, ({ by }) => by === site)
        const others = firstMissed(Number(id), Number(shown), startedAt, ({ by }) => by !== site)
        if (sameProcess) missed.sameProcess.push(sameProcess)
        if (others) missed.others.push(others)
      }
      return missed
    },
  }
}
