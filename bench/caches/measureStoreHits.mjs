import { createRandom } from '../createRandom.mjs'
import { applyLoad } from '../pages/applyLoad.mjs'
import { measureInterleaved } from '../pages/measureInterleaved.mjs'

const CONNECTIONS = 4

/**
 * Measures hits of a process that has no copy of the entry. Another process has stored the entries of each round.
 *
 * @param variants each with the `filler` and the `reader`, two processes on one Redis. One that `keepsCopies` reads each entry
 * once. One that keeps none has read it once before, because a published handler takes pages for stale at first
 * @param path the page of an entry, for its number
 * @returns the CPU time of a hit in microseconds, of all rounds per variant
 */
export async function measureStoreHits({ variants, path, rounds, requests }) {
  const perConnection = Math.ceil(requests / CONNECTIONS)
  const used = new Map(variants.map((variant) => [variant, 0]))
  const measure = async (variant) => {
    const { filler, reader, keepsCopies } = variant
    const first = used.get(variant)
    used.set(variant, first + CONNECTIONS * perConnection)
    const visits = Array.from({ length: CONNECTIONS }, (_, connection) =>
      Array.from({ length: perConnection }, (_, index) => ({
        path: path(first + connection * perConnection + index),
      })),
    )
    const load = (site) => applyLoad({ site: site.url, visits, amount: CONNECTIONS, encoding: 'identity' })
    // The first visit of a page may get a shell, while the page is rendered.
    for (let visit = 0; visit < 2; visit++) await load(filler)
    if (!keepsCopies) await load(reader)
    const before = await readCpu(reader.url)
    await load(reader)
    return ((await readCpu(reader.url)) - before) / (CONNECTIONS * perConnection)
  }
  // Compiles the code.
  for (const variant of variants) for (let round = 0; round < 3; round++) await measure(variant)
  for (const variant of variants) await expectHit(variant, path(used.get(variant)))
  const mixed = variants.map((variant) => ({ ...variant, variant, build: 'same', group: 'same' }))
  return measureInterleaved(mixed, rounds, createRandom(2), ({ variant }) => measure(variant))
}

/** Both processes show which of them has made the entry. For a page, Next tells a hit as well. */
async function expectHit({ name, filler, reader, keepsCopies }, path) {
  const answers = []
  for (const { url } of [filler, filler, ...(keepsCopies ? [] : [reader]), reader]) {
    const answer = await fetch(url + path)
    const author = /made by \d+/.exec(await answer.text())?.[0]
    answers.push({ author, isHit: (answer.headers.get('x-nextjs-cache') ?? 'HIT') === 'HIT' })
  }
  const [filled] = answers
  const read = answers.at(-1)
  if (filled.author === undefined || filled.author !== read.author || !read.isHit)
    throw new Error(`${name} does not serve ${path} from Redis: ${JSON.stringify(answers)}`)
}

/** CPU time of the process in microseconds. */
export async function readCpu(url) {
  const { user, system } = await (await fetch(`${url}/usage`)).json()
  return user + system
}
