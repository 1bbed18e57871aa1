const ROUTES = ['a', 'b', 'c']
/** Fragments on a page. */
const PER_PAGE = 10
/** Requests at a time. */
const AT_ONCE = 4
/** What Next and V8 have to learn before the heap is as it stays. */
const WARM_UP = 400

/** Each takes the heap when it has begun, and when it has ended. */
export const phases = [
  {
    name: 'refreshes',
    run: (site, { refreshes, items }) =>
      measured(site, refreshes, async () => {
        await site.control({ refresh: 'entry:0' })
        await site.get(`/a/list/${items}`)
      }),
  },
  {
    name: 'hits',
    async run(site, { hits, entries }) {
      const paths = Array.from({ length: entries / PER_PAGE }, (_, page) =>
        ROUTES.map((route) => `/${route}/entries/${page * PER_PAGE}`),
      ).flat()
      // The first decodes on each route, the second shows what is kept.
      for (let turn = 0; turn < 2; turn++) await times(paths.length, (index) => site.get(paths[index]))
      return measured(site, Math.ceil(hits / PER_PAGE), (index) => site.get(paths[index % paths.length]))
    },
  },
  {
    name: 'expiries',
    run: (site, { expiries, items }) =>
      measured(site, expiries, async () => {
        await site.control({ expire: 'entry:0' })
        await site.get(`/a/list/${items}`)
      }),
  },
  {
    name: 'aborts',
    run: (site, { aborts }) =>
      measured(site, aborts, async (index) => {
        await site.control({ expire: 'slow' })
        await site.leave(`/a/slow/${index % PER_PAGE}`, 5 + (index % 20))
      }),
  },
]

/** 15 fragments of 20,000 elements, on four routes, twice: more trees than the heap could hold. */
export async function surviveLargeTrees(site) {
  const before = await site.heap()
  let count = 0
  for (let turn = 0; turn < 2; turn++) {
    for (const route of [...ROUTES, 'd']) {
      for (let fragment = 0; fragment < 15; fragment++, count++) await site.get(`/${route}/plain/${fragment}`)
    }
  }
  return { count, before, after: await site.heap(), mayGrow: true }
}

async function measured(site, count, step) {
  await times(Math.min(WARM_UP, count), step)
  const before = await site.heap()
  await times(count, step)
  return { count, before, after: await site.heap() }
}

async function times(count, step) {
  let next = 0
  const worker = async () => {
    while (next < count) await step(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
