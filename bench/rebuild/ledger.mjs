const SHOWN = /data-version="(\d+):(\d+)"/g

/** Holds what readers were shown against what had been edited before they asked. */
export function createLedger() {
  const edits = new Map()
  return {
    edited({ story, version, acknowledged }) {
      edits.set(story, [...(edits.get(story) ?? []), { version, acknowledged }])
    },
    /** @returns the milliseconds by which the oldest of what is shown was out of date; 0 where all was of its time */
    lag(html, requestedAt) {
      let lag = 0
      for (const [, story, shown] of html.matchAll(SHOWN)) {
        const missed = edits.get(Number(story))?.find(({ version }) => version > Number(shown))
        if (missed && missed.acknowledged < requestedAt)
          lag = Math.max(lag, requestedAt - missed.acknowledged)
      }
      return lag
    },
  }
}
