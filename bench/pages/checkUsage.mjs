const nothing = { rendered: 0, loaded: 0, miss: 0, hit: 0 }

/**
 * The expected work per load in each mode.
 *
 * @param all the work of a load without a cache
 * @param edit the fragments that an edit changes, and the hits beside them
 */
const expectedWork = {
  'no-cache': ({ all }) => all,
  'use-cache': () => nothing,
  'use-cache-remote': () => nothing,
  'unstable-cache': ({ all }) => ({ ...all, loaded: 0 }),
  // The number of hits depends on the nesting.
  hit: () => ({ ...nothing, hit: undefined }),
  plain: () => ({ ...nothing, hit: undefined }),
  declared: () => ({ ...nothing, hit: undefined }),
  edit: ({ edit }) => ({ rendered: edit.rendered, loaded: 1, miss: edit.rendered, hit: edit.hit }),
  'edit-request': () => nothing,
  miss: ({ all }) => ({ ...all, miss: all.rendered }),
  static: () => nothing,
  'static-no-etag': () => nothing,
  empty: () => nothing,
}

/** @throws when the server has not done the expected work, such as when a load in mode `hit` was not a hit */
export function checkUsage({ name, site, visits, all, edit, loads, before, after }) {
  const url = site + visits[0].at(-1).path
  const getIncrease = (field) => after[field] - before[field]
  // An entry that the store refused would have cost less than an entry that it stored.
  if (getIncrease('failed') !== 0)
    throw new Error(`The store failed ${getIncrease('failed')} times during ${loads} loads of ${url}.`)
  for (const [field, perLoad] of Object.entries(expectedWork[name]({ all, edit }))) {
    if (perLoad !== undefined && getIncrease(field) !== perLoad * loads)
      throw new Error(
        `${loads} loads of ${url} increased "${field}" by ${getIncrease(field)} instead of ${perLoad * loads}.`,
      )
  }
  if (['hit', 'plain', 'declared'].includes(name) && getIncrease('hit') < loads)
    throw new Error(`${loads} loads of ${url} resulted in ${getIncrease('hit')} hits.`)
}
