/**
 * What every film's title must at least say. An edit writes the next version into the title; once the site
 * has acknowledged it, no request that begins afterwards may be shown an older one.
 */
const MARK = /\[f(\d+) v(\d+)\]/g

/** Long enough before the mark, so that the log of changes, which quotes old titles, cuts it off. */
export const markedTitle = (title, id, version) =>
  `${title.slice(0, 60).padEnd(45, '.')} [f${id} v${version}]`

export function createLedger(ids) {
  /** For each film, when each version was acknowledged, in ascending order. */
  const acknowledged = new Map(ids.map((id) => [id, []]))

  return {
    /** @param by the process that took the edit */
    acknowledge(id, version, by) {
      acknowledged.get(id).push({ version, by, at: performance.now() })
    },

    /**
     * Everything in `html` that was older than it may be.
     *
     * @param began when the request did
     * @param by when given, only edits that this process took count
     * @returns one item for each stale title: `lag` is how long the newer version had been acknowledged
     */
    stale(html, began, by) {
      const found = []
      let marks = 0
      for (const [, id, shown] of html.matchAll(MARK)) {
        marks++
        const edits = acknowledged.get(Number(id)) ?? []
        const missed = edits.find(
          ({ version, by: taker, at }) =>
            version > Number(shown) && at < began && (by === undefined || taker === by),
        )
        if (missed) found.push({ film: Number(id), shown: Number(shown), missed, lag: began - missed.at })
      }
      return { marks, found }
    },
  }
}
