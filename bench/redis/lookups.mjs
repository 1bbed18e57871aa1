import { median } from '../statistics.mjs'
import { commitMany, entryName, entryOf, flightLike, infoField, keyOf, open, timed } from './benchContext.mjs'

const SIBLINGS = 20
const BYTES = 20 * 1024
const ids = Array.from({ length: SIBLINGS }, (_, id) => id)
const requests = ids.map((id) => ({ key: keyOf(id), age: 0 }))

/** Hits from Redis: round trips, and what they cost above a bare MGET. */
export async function lookups({ start, rounds, progress }) {
  const server = await start()
  const [store, sealed, near] = [
    open(server),
    open(server, { namespace: 'sealed', secret: 'a secret of the site' }),
    open(server, { local: {} }),
  ]
  try {
    for (const each of [store, sealed]) {
      await commitMany(each, SIBLINGS, (id) => ({
        entry: entryOf(flightLike(BYTES), [`film:${id}`, 'genre:drama', 'decade:1990']),
      }))
    }
    return [
      await roundTrips(server, store),
      await againstBare(server, { store, sealed, rounds, progress }),
      await againstLocal(store, near, { rounds, progress }),
    ]
  } finally {
    await Promise.all([store, sealed, near].map((each) => each.close()))
    await server.stop()
  }
}

async function roundTrips({ redis }, store) {
  const monitor = await redis.monitor()
  const commands = []
  monitor.on('monitor', (_time, [command], source) => {
    if (source !== 'lua') commands.push(command.toLowerCase())
  })
  const readsBefore = await infoField(redis, 'stats', 'total_reads_processed')
  await hits(store)
  const reads = (await infoField(redis, 'stats', 'total_reads_processed')) - readsBefore - 1
  await redis.ping()
  monitor.disconnect()
  const between = commands.filter((name) => name !== 'info' && name !== 'ping')
  return {
    what: `${SIBLINGS} sibling hits, seen by the server`,
    target: '1 round trip',
    measured: `${reads} round trip (${between.join(' + ')} in one packet)`,
    met: reads === 1,
  }
}

async function againstBare({ redis }, { store, sealed, rounds, progress }) {
  const names = ids.map(entryName)
  const variants = [() => hits(store), () => redis.mgetBuffer(...names), () => hits(sealed)]
  const { times, ratios } = await takeTurns(variants, 100, rounds, () => progress('hits against MGET'))
  return {
    what: `${SIBLINGS} hits of 20 KB, local copies off, against a bare MGET of the same bytes`,
    target: '≤ 1.3×',
    measured: `${ratios[0].toFixed(2)}× (${times[0].toFixed(2)} ms to ${times[1].toFixed(2)} ms; with a secret ${ratios[2].toFixed(2)}×)`,
    met: ratios[0] <= 1.3,
  }
}

async function againstLocal(store, near, { rounds, progress }) {
  const one = [requests[0]]
  // Copies are kept once the process follows the log.
  for (let tries = 0; tries < 1000; tries++) {
    const [{ token }] = await near.lookup(one)
    if (token === undefined) break
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const local = async () => {
    const [{ token, entry }] = await near.lookup(one)
    if (token !== undefined || entry === undefined) throw new Error('not served from a local copy')
  }
  const { times, ratios } = await takeTurns([() => store.lookup(one), local], 500, rounds, () =>
    progress('local copies'),
  )
  return {
    what: 'one hit of 20 KB from a local copy, against one from Redis',
    target: '≥ 20× faster',
    measured: `${ratios[0].toFixed(0)}× (${(times[1] * 1000).toFixed(1)} µs to ${(times[0] * 1000).toFixed(0)} µs)`,
    met: ratios[0] >= 20,
  }
}

async function hits(store) {
  for (const { entry } of await store.lookup(requests)) {
    if (entry?.payload.byteLength !== BYTES) throw new Error('a hit was expected')
  }
}

/** Medians of milliseconds per call, and of each round's ratio to the second variant. */
async function takeTurns(variants, calls, rounds, onRound) {
  for (const variant of variants) for (let call = 0; call < 3 * calls; call++) await variant()
  const measured = variants.map(() => [])
  for (let round = 0; round < rounds * 3; round++) {
    for (const [index, variant] of variants.entries()) {
      const total = await timed(async () => {
        for (let call = 0; call < calls; call++) await variant()
      })
      measured[index].push(total / calls)
    }
    onRound()
  }
  return {
    times: measured.map(median),
    ratios: measured.map((times) => median(times.map((time, round) => time / measured[1][round]))),
  }
}
