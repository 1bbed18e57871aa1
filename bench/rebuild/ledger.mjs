const SHOWN = /data-version="(\d+):(\d+)"/g

/** Holds what readers were shown against what had been edited before they asked. */
export function createLedger() {
  const edits = new Map()
  return {
    edited({ story, version, acknowledged }) {
      edits.set(story, [...(edits.get(story) ?? []), { version, acknowledged }])
    },
    /** @returns the milliseconds by which the oldest of what is shown was out of date; 0 where all was of its time */
    lag(html, asked) {
      let lag = 0
      for (const [, story, shown] of html.matchAll(SHOWN)) {
        const missed = edits.get(Number(story))?.find(({ version }) => version > Number(shown))
        if (missed && missed.acknowledged < asked) lag = Math.max(lag, asked - missed.acknowledged)
      }
      return lag
    },
  }
}
