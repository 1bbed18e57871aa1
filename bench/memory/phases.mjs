const ROUTES = ['a', 'b', 'c']
const FRAGMENTS_PER_PAGE = 10
/** The number of simultaneous requests. */
const CONCURRENCY = 4
/** The number of requests after which the caches of Next and V8 no longer grow. */
const WARM_UP = 400

/** Each phase returns the state of the heap before and after its requests. */
export const phases = [
  {
    name: 'refreshes',
    run: (site, { refreshes, items }) =>
      measureHeap(site, refreshes, async () => {
        await site.control({ refresh: 'entry:0' })
        await site.get(`/a/list/${items}`)
      }),
  },
  {
    name: 'hits',
    async run(site, { hits, entries }) {
      const paths = Array.from({ length: entries / FRAGMENTS_PER_PAGE }, (_, page) =>
        ROUTES.map((route) => `/${route}/entries/${page * FRAGMENTS_PER_PAGE}`),
      ).flat()
      // The first turn decodes the entries on each route. The second fills the heap with the objects that stay.
      for (let turn = 0; turn < 2; turn++)
        await runConcurrently(paths.length, (index) => site.get(paths[index]))
      return measureHeap(site, Math.ceil(hits / FRAGMENTS_PER_PAGE), (index) =>
        site.get(paths[index % paths.length]),
      )
    },
  },
  {
    name: 'expiries',
    run: (site, { expiries, items }) =>
      measureHeap(site, expiries, async () => {
        await site.control({ expire: 'entry:0' })
        await site.get(`/a/list/${items}`)
      }),
  },
  {
    name: 'aborts',
    run: (site, { aborts }) =>
      measureHeap(site, aborts, async (index) => {
        await site.control({ expire: 'slow' })
        await site.abort(`/a/slow/${index % FRAGMENTS_PER_PAGE}`, 5 + (index % 20))
      }),
  },
]

/** Loads 15 fragments of 20,000 elements on four routes, twice. The heap could not hold all decoded trees. */
export async function loadLargeTrees(site) {
  const before = await site.heap()
  let count = 0
  for (let turn = 0; turn < 2; turn++) {
    for (const route of [...ROUTES, 'd']) {
      for (let fragment = 0; fragment < 15; fragment++, count++) await site.get(`/${route}/plain/${fragment}`)
    }
  }
  return { count, before, after: await site.heap(), mayGrow: true }
}

async function measureHeap(site, count, step) {
  await runConcurrently(Math.min(WARM_UP, count), step)
  const before = await site.heap()
  await runConcurrently(count, step)
  return { count, before, after: await site.heap() }
}

async function runConcurrently(count, step) {
  let next = 0
  const worker = async () => {
    while (next < count) await step(next++)
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
}
