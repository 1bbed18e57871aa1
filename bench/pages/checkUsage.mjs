const nothing = { rendered: 0, loaded: 0, miss: 0 }

/** The expected work per load in each mode. @param all the work of a load without a cache */
const expectedWork = {
  'no-cache': (all) => all,
  'use-cache': () => nothing,
  'use-cache-remote': () => nothing,
  'unstable-cache': (all) => ({ ...all, loaded: 0 }),
  hit: () => nothing,
  miss: (all) => ({ ...all, miss: all.rendered }),
  static: () => nothing,
}

/** @throws when the server has not done the expected work, such as when a load in mode `hit` was not a hit */
export function checkUsage({ mode, url, all, loads, before, after }) {
  const getIncrease = (field) => after[field] - before[field]
  for (const [field, perLoad] of Object.entries(expectedWork[mode](all))) {
    if (getIncrease(field) !== perLoad * loads)
      throw new Error(
        `${loads} loads of ${url} increased "${field}" by ${getIncrease(field)} instead of ${perLoad * loads}.`,
      )
  }
  const hits = getIncrease('hit')
  if (mode === 'hit' ? hits < loads : hits > 0)
    throw new Error(`${loads} loads of ${url} resulted in ${hits} hits.`)
}
