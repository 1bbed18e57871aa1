import { median } from '../statistics.mjs'
import {
  createEntry,
  createFakeFlight,
  createKey,
  fetchToken,
  getEntryName,
  getObjectName,
  getReverseName,
  measureTime,
  openStore,
  runPipeline,
} from './benchContext.mjs'

const payload = createFakeFlight(2000)
const DEPENDENCIES = [10, 100, 1000]
const FRAGMENTS = { 10: 500, 100: 100, 1000: 20 }

/** Measures the cost of a commit by its number of dependencies. */
export async function measureCommits({ start, rounds, progress }) {
  const server = await start()
  const store = openStore(server)
  const { redis } = server
  const results = new Map(DEPENDENCIES.map((number) => [number, { storeTimes: [], plain: [] }]))
  try {
    for (let round = 0; round < rounds * 3; round++) {
      for (const [number, { storeTimes, plain }] of results) {
        const objects = Array.from({ length: number }, (_, index) => `film:${index}`)
        const fragments = FRAGMENTS[number]
        const variants = [
          [storeTimes, (id, token) => commit(store, id, objects, token)],
          [plain, (id) => runPipeline(redis, createWriteCommands(id, objects))],
        ]
        for (const [times, write] of variants) {
          await redis.flushall()
          const token = await fetchToken(store)
          const total = await measureTime(async () => {
            for (let id = 0; id < fragments; id++) await write(id, token)
          })
          times.push(total / fragments)
        }
      }
      progress('commits')
    }
  } finally {
    await store.close()
    await server.stop()
  }
  return DEPENDENCIES.map((number) => {
    const { storeTimes, plain } = results.get(number)
    const ratio = median(storeTimes.map((time, round) => time / plain[round]))
    return {
      title: `commit with ${number.toLocaleString('en')} dependencies, against a bare pipeline of its writes`,
      target: '≤ 1.5×, linear',
      measured: `${ratio.toFixed(2)}× (${median(storeTimes).toFixed(2)} ms to ${median(plain).toFixed(2)} ms, ${((median(storeTimes) / number) * 1000).toFixed(1)} µs a dependency)`,
      met: ratio <= 1.5,
    }
  })
}

async function commit(store, id, objects, token) {
  const result = await store.commit(createKey(id), createEntry(payload, objects, 60_000), token)
  if (result !== 'committed') throw new Error(`The commit resulted in "${result}".`)
}

function createWriteCommands(id, objects) {
  const names = objects.map(getObjectName)
  return [
    ['set', getEntryName(id), payload, 'PX', 60_000],
    ...names.map((name) => ['sadd', name, getEntryName(id)]),
    ['unlink', getReverseName(id)],
    ['sadd', getReverseName(id), ...names],
    ['zadd', 'cc:due', Date.now() + 60_000, getEntryName(id)],
  ]
}
