const VERSION_PATTERN = /data-version="(\d+):(\d+)"/g

/** Records edits, and compares pages with the edits that were acknowledged before their request. */
export function createLedger() {
  const edits = new Map()
  return {
    recordEdit({ story, version, acknowledged }) {
      edits.set(story, [...(edits.get(story) ?? []), { version, acknowledged }])
    },
    /** Returns the age in milliseconds of the first edit that a story on the page misses, or 0 when none is missing. */
    measureLag(html, requestedAt) {
      let lag = 0
      for (const [, story, shown] of html.matchAll(VERSION_PATTERN)) {
        const missed = edits.get(Number(story))?.find(({ version }) => version > Number(shown))
        if (missed && missed.acknowledged < requestedAt)
          lag = Math.max(lag, requestedAt - missed.acknowledged)
      }
      return lag
    },
  }
}
