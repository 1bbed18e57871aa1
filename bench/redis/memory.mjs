import { setTimeout } from 'node:timers/promises'
import {
  commitMany,
  createDependencies,
  createEntry,
  createFakeFlight,
  createKey,
  openStore,
  readInfoField,
  runPipeline,
} from './benchContext.mjs'
import { createCommitCommands, expire2012 } from './layout2012.mjs'

const payload = createFakeFlight(1000)
const LIVE = 10_000
const BATCH = 500
const RETENTION_MS = 2000
const TTL_MS = 100

const readUsedMemory = (redis) => readInfoField(redis, 'memory', 'used_memory')
const getFilmKey = (id) => `film:${id % 5000}`
const formatMegabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`

/**
 * Measures memory while fragments are committed and removed. Half of them are expired, and half reach the end of
 * their TTL. Each has a new key. Ten thousand other fragments stay.
 */
export async function measureCycles({ start, cycles: total, progress }) {
  const current = await runCurrentCycles({ start, total, progress, kind: fragments })
  const layout2012 = await runOldCycles({ start, total: Math.ceil(total / 10), progress })
  const ratio = current.after / current.before
  return [
    {
      title: `server memory after ${total.toLocaleString('en')} set/expire/TTL-out cycles`,
      target: '≤ 1.02× of before',
      measured: `${ratio.toFixed(3)}× (${formatMegabytes(current.before)} to ${formatMegabytes(current.after)}); the layout of 2012 grows by ${formatMegabytes(layout2012.after - layout2012.before)} in a tenth of the cycles, ${((layout2012.after - layout2012.before) / layout2012.total).toFixed(0)} bytes a cycle`,
      met: ratio <= 1.02,
    },
  ]
}

/**
 * Measures the same for pages of Next, which depend on tags and paths. Each page has a path of its own, and half of each
 * batch is expired by a tag, a page of it by its path as well.
 */
export async function measurePageCycles({ start, cycles: total, progress }) {
  const { before, after } = await runCurrentCycles({ start, total, progress, kind: pages })
  const ratio = after / before
  return [
    {
      title: `the same for pages with tags and paths`,
      target: '≤ 1.02× of before',
      measured: `${ratio.toFixed(3)}× (${formatMegabytes(before)} to ${formatMegabytes(after)})`,
      met: ratio <= 1.02,
    },
  ]
}

const fragments = {
  prepare: async () => {},
  createDependencies: ({ id, group }) => [getFilmKey(id), `genre:${id % 20}`, group],
  listExpired: (batch) => [batch],
}

/** The store remembers the last 10,000 paths. */
const REMEMBERED_PATHS = 10_000
const getPath = (id) => `next/tag:_N_T_/films/${id}`

const pages = {
  async prepare(store) {
    for (let id = -2 * REMEMBERED_PATHS; id < 0; id += BATCH)
      await store.expire(Array.from({ length: BATCH }, (_, index) => getPath(id + index)))
  },
  createDependencies: ({ id, group }) => [`next/tag:${group}`, 'next/tag:_N_T_/layout', getPath(id)],
  listExpired: (batch, firstId) => [`next/tag:${batch}`, getPath(firstId + 1)],
}

/** @param kind the objects of an entry, those that a batch expires, and what to do before the first measurement */
async function runCurrentCycles({ start, total, progress, kind }) {
  const server = await start()
  const { redis } = server
  const store = openStore(server, { retention: RETENTION_MS / 1000 })
  try {
    const createLive = (id) => ({ entry: createEntry(payload, createDependencies(id, getFilmKey(id * 7))) })
    await commitMany(store, LIVE, createLive)
    await kind.prepare(store)
    // The first cycle makes the allocations that last.
    await runCycle(0)
    const before = await measureIdleMemory()
    for (let done = 0; done < total; done += BATCH) {
      await runCycle(done + BATCH)
      if (done % (20 * BATCH) === 0) progress(`cycles, ${Math.round((done / total) * 100)} %`)
    }
    return { before, after: await measureIdleMemory() }

    async function runCycle(first) {
      const batch = `batch:${first}`
      await commitMany(store, BATCH, (index) => {
        const id = LIVE + first + index
        const aged = index % 2 === 0
        const dependencies = kind.createDependencies({ id, group: aged ? `decade:${id % 10}` : batch })
        return { key: createKey(id), entry: createEntry(payload, dependencies, aged ? TTL_MS : Infinity) }
      })
      const expired = await store.expire(kind.listExpired(batch, LIVE + first))
      if (expired !== BATCH / 2) throw new Error(`Only ${expired} of ${BATCH / 2} fragments were expired.`)
    }

    /** Returns the memory after all TTLs and the retention have passed and commits have cleaned up the dead entries. */
    async function measureIdleMemory() {
      await setTimeout(RETENTION_MS + TTL_MS + 500)
      await store.expire(['unused:1'])
      await commitMany(store, 1000, createLive)
      await setTimeout(1000)
      const keyCount = await redis.dbsize()
      progress(`cycles: ${keyCount} keys`)
      return readUsedMemory(redis)
    }
  } finally {
    await store.close()
    await server.stop()
  }
}

async function runOldCycles({ start, total, progress }) {
  const server = await start()
  const { redis } = server
  try {
    for (let id = 0; id < LIVE; id++) {
      await runPipeline(redis, createCommitCommands(id, payload, createDependencies(id, getFilmKey(id * 7))))
    }
    const before = await readUsedMemory(redis)
    for (let first = 0; first < total; first += BATCH) {
      const batch = `batch:${first}`
      const commands = []
      for (let index = 0; index < BATCH; index++) {
        const id = LIVE + first + index
        const aged = index % 2 === 0
        const dependencies = [getFilmKey(id), `genre:${id % 20}`, aged ? `decade:${id % 10}` : batch]
        commands.push(...createCommitCommands(id, payload, dependencies, aged ? TTL_MS : undefined))
      }
      await runPipeline(redis, commands)
      await expire2012(redis, batch)
      if (first % (20 * BATCH) === 0) progress('cycles of 2012')
    }
    await setTimeout(TTL_MS + 2000)
    return { before, after: await readUsedMemory(redis), total }
  } finally {
    await server.stop()
  }
}

/** Measures the memory that one more dependency of a fragment takes. */
export async function measureEdges({ start, progress }) {
  const FRAGMENTS = 5000
  const [few, many] = [5, 25]
  const objects = (id, number) =>
    Array.from({ length: number }, (_, index) => getFilmKey(id * 31 + index * 7))
  const current = await measureBytesPerEdge(async (server, number) => {
    const store = openStore(server)
    await commitMany(store, FRAGMENTS, (id) => ({ entry: createEntry(payload, objects(id, number)) }))
    await store.close()
  })
  const layout2012 = await measureBytesPerEdge(async ({ redis }, number) => {
    for (let id = 0; id < FRAGMENTS; id++)
      await runPipeline(redis, createCommitCommands(id, payload, objects(id, number)))
  })
  return [
    {
      title: 'memory per (fragment, dependency) edge, against the layout of 2012',
      target: '≤ 1.1×',
      measured: `${(current / layout2012).toFixed(2)}× (${current.toFixed(0)} bytes to ${layout2012.toFixed(0)} bytes)`,
      met: current / layout2012 <= 1.1,
    },
  ]

  async function measureBytesPerEdge(fill) {
    const sizes = []
    for (const number of [few, many]) {
      const server = await start()
      const { redis } = server
      try {
        const before = await readUsedMemory(redis)
        await fill(server, number)
        await setTimeout(200)
        sizes.push((await readUsedMemory(redis)) - before)
        progress('memory of edges')
      } finally {
        await server.stop()
      }
    }
    return (sizes[1] - sizes[0]) / (FRAGMENTS * (many - few))
  }
}
