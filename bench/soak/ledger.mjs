/**
 * The ledger records the minimal version of every film's title. An edit writes the next version into the title. After
 * the site has acknowledged the edit, no request that begins later may receive an older version. All times are on
 * this process' `performance` clock.
 */
const MARK = /\[f(\d+) v(\d+)\]/g
/** The number of recorded edits per film, which exceeds any possible lag. */
const MAX_REMEMBERED_EDITS = 10_000

/** Pads the title, so that the demo's log of changes, which quotes old titles, truncates it before the mark. */
export const createMarkedTitle = (title, id, version) =>
  `${title.slice(0, 60).padEnd(45, '.')} [f${id} v${version}]`

export function createLedger(ids) {
  /** The edits per film, in the order of their versions. They were acknowledged in the same order. */
  const editsByFilm = new Map(ids.map((id) => [id, []]))

  /** Finds the first edit that is missing in a response although it was acknowledged before the request. */
  function findFirstMissed(id, shown, startedAt, isRelevant) {
    const edits = editsByFilm.get(id) ?? []
    let missed
    for (let index = edits.length - 1; index >= 0 && edits[index].version > shown; index--) {
      if (edits[index].at < startedAt && isRelevant(edits[index])) missed = edits[index]
    }
    return missed && { film: id, shown, missed, lag: startedAt - missed.at }
  }

  return {
    /** Records an acknowledged edit. @param by the process that acknowledged it */
    acknowledge(id, version, by) {
      const edits = editsByFilm.get(id)
      edits.push({ version, by, at: performance.now() })
      if (edits.length > 2 * MAX_REMEMBERED_EDITS) edits.splice(0, MAX_REMEMBERED_EDITS)
    },

    /**
     * Finds the titles in `html` that are older than an edit acknowledged before the request. A title that occurs in
     * the HTML and again in the Flight data counts once.
     *
     * @param startedAt the start time of the request
     * @param site the process that served the request
     * @returns the missed edits. `site` acknowledged those in `sameProcess`, and another process those in `others`. `lag` is the
     *   time in milliseconds from the acknowledgement of the first missed edit to the request.
     */
    check(html, startedAt, site) {
      const titles = new Map([...html.matchAll(MARK)].map(([mark, id, shown]) => [mark, { id, shown }]))
      const missed = { titles: titles.size, sameProcess: [], others: [] }
      for (const { id, shown } of titles.values()) {
        const sameProcess = findFirstMissed(Number(id), Number(shown), startedAt, ({ by }) => by === site)
        const others = findFirstMissed(Number(id), Number(shown), startedAt, ({ by }) => by !== site)
        if (sameProcess) missed.sameProcess.push(sameProcess)
        if (others) missed.others.push(others)
      }
      return missed
    },
  }
}
