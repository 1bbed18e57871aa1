const nothing = { rendered: 0, loaded: 0, miss: 0 }

/** What one load of a page makes the server do in a mode, when one without a cache makes it do `all`. */
const expected = {
  'no-cache': (all) => all,
  'use-cache': () => nothing,
  'use-cache-remote': () => nothing,
  'unstable-cache': (all) => ({ ...all, loaded: 0 }),
  hit: () => nothing,
  miss: (all) => ({ ...all, miss: all.rendered }),
  static: () => nothing,
}

/** @throws when what is called a hit is none, or a miss */
export function checkUsage({ mode, url, all, loads, before, after }) {
  const did = (what) => after[what] - before[what]
  for (const [what, perLoad] of Object.entries(expected[mode](all))) {
    if (did(what) !== perLoad * loads)
      throw new Error(`${loads} loads of ${url} counted ${did(what)} as ${what}, not ${perLoad * loads}.`)
  }
  if (mode === 'hit' ? did('hit') < loads : did('hit') > 0)
    throw new Error(`${loads} loads of ${url} counted ${did('hit')} hits.`)
}
