import { median } from '../statistics.mjs'
import {
  commitMany,
  createEntry,
  createFakeFlight,
  createKey,
  getEntryName,
  measureTime,
  openStore,
  readInfoField,
} from './benchContext.mjs'

const SIBLINGS = 20
const BYTES = 20 * 1024
const ids = Array.from({ length: SIBLINGS }, (_, id) => id)
const requests = ids.map((id) => ({ key: createKey(id), ageMs: 0 }))

/** Measures hits from Redis: the number of round trips, and the cost compared with MGET. */
export async function measureLookups({ start, rounds, progress }) {
  const server = await start()
  const [store, signed, localStore] = [
    openStore(server),
    openStore(server, { namespace: 'signed', secret: 'a secret of the site' }),
    openStore(server, { local: {} }),
  ]
  try {
    for (const each of [store, signed]) {
      await commitMany(each, SIBLINGS, (id) => ({
        entry: createEntry(createFakeFlight(BYTES), [`film:${id}`, 'genre:drama', 'decade:1990']),
      }))
    }
    return [
      await countRoundTrips(server, store),
      await compareWithPipeline(server, { store, signed, rounds, progress }),
      await compareWithLocalCopy(store, localStore, { rounds, progress }),
    ]
  } finally {
    await Promise.all([store, signed, localStore].map((each) => each.close()))
    await server.stop()
  }
}

async function countRoundTrips({ redis }, store) {
  const monitor = await redis.monitor()
  const commands = []
  monitor.on('monitor', (_time, [command], source) => {
    if (source !== 'lua') commands.push(command.toLowerCase())
  })
  const readsBefore = await readInfoField(redis, 'stats', 'total_reads_processed')
  await lookUpAll(store)
  const reads = (await readInfoField(redis, 'stats', 'total_reads_processed')) - readsBefore - 1
  await redis.ping()
  monitor.disconnect()
  const lookupCommands = commands.filter((name) => name !== 'info' && name !== 'ping')
  return {
    title: `${SIBLINGS} sibling hits, seen by the server`,
    target: '1 round trip',
    measured: `${reads} round trip (${lookupCommands.join(' + ')} in one packet)`,
    met: reads === 1,
  }
}

async function compareWithPipeline({ redis }, { store, signed, rounds, progress }) {
  const names = ids.map(getEntryName)
  const variants = [() => lookUpAll(store), () => redis.mgetBuffer(...names), () => lookUpAll(signed)]
  const { times, ratios } = await takeTurns(variants, 100, rounds, () => progress('hits against MGET'))
  return {
    title: `${SIBLINGS} hits of 20 KB, local copies off, against a bare MGET of the same bytes`,
    target: '≤ 1.3×',
    measured: `${ratios[0].toFixed(2)}× (${times[0].toFixed(2)} ms to ${times[1].toFixed(2)} ms; with a secret ${ratios[2].toFixed(2)}×)`,
    met: ratios[0] <= 1.3,
  }
}

async function compareWithLocalCopy(store, localStore, { rounds, progress }) {
  const one = [requests[0]]
  // The store keeps local copies only after it has started to follow the log.
  for (let tries = 0; tries < 1000; tries++) {
    const [{ token }] = await localStore.lookup(one)
    if (token === undefined) break
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const lookUpLocally = async () => {
    const [{ token, entry }] = await localStore.lookup(one)
    if (token !== undefined || entry === undefined)
      throw new Error('The hit was not served from a local copy.')
  }
  const { times, ratios } = await takeTurns([() => store.lookup(one), lookUpLocally], 500, rounds, () =>
    progress('local copies'),
  )
  return {
    title: 'one hit of 20 KB from a local copy, against one from Redis',
    target: '≥ 20× faster',
    measured: `${ratios[0].toFixed(0)}× (${(times[1] * 1000).toFixed(1)} µs to ${(times[0] * 1000).toFixed(0)} µs)`,
    met: ratios[0] >= 20,
  }
}

async function lookUpAll(store) {
  for (const { entry } of await store.lookup(requests)) {
    if (entry?.payload.byteLength !== BYTES) throw new Error('The lookup was not a hit.')
  }
}

/** Measures variants in turn. @returns median milliseconds per call, and median ratios to the second variant */
async function takeTurns(variants, calls, rounds, onRound) {
  for (const variant of variants) for (let call = 0; call < 3 * calls; call++) await variant()
  const measured = variants.map(() => [])
  for (let round = 0; round < rounds * 3; round++) {
    for (const [index, variant] of variants.entries()) {
      const total = await measureTime(async () => {
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
