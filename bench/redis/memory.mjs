import { setTimeout } from 'node:timers/promises'
import {
  bare,
  commitMany,
  dependenciesOf,
  entryOf,
  flightLike,
  infoField,
  keyOf,
  open,
} from './benchContext.mjs'
import { commitCommands, expire2012 } from './layout2012.mjs'

const payload = flightLike(1000)
const LIVE = 10_000
const BATCH = 500
const RETENTION = 2000
const TTL = 100

const usedMemory = (redis) => infoField(redis, 'memory', 'used_memory')
const film = (id) => `film:${id % 5000}`
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`

/**
 * Fragments that come and go, half of them expired and half dead of age, each under a key that never comes
 * back, beside ten thousand that stay.
 */
export async function cycles({ start, cycles: total, progress }) {
  const current = await currentCycles({ start, total, progress })
  const old = await oldCycles({ start, total: Math.ceil(total / 10), progress })
  const ratio = current.after / current.before
  return [
    {
      what: `server memory after ${total.toLocaleString('en')} set/expire/TTL-out cycles`,
      target: '≤ 1.02× of before',
      measured: `${ratio.toFixed(3)}× (${megabytes(current.before)} to ${megabytes(current.after)}); the layout of 2012 grows by ${megabytes(old.after - old.before)} in a tenth of the cycles, ${((old.after - old.before) / old.total).toFixed(0)} bytes a cycle`,
      met: ratio <= 1.02,
    },
  ]
}

async function currentCycles({ start, total, progress }) {
  const server = await start()
  const { redis } = server
  const store = open(server, { retention: RETENTION })
  try {
    const stay = (id) => ({ entry: entryOf(payload, dependenciesOf(id, film(id * 7))) })
    await commitMany(store, LIVE, stay)
    // Once through everything, so that what is loaded or allocated once is there before.
    await cycle(0)
    const before = await measureIdleMemory()
    for (let done = 0; done < total; done += BATCH) {
      await cycle(done + BATCH)
      if (done % (20 * BATCH) === 0) progress(`cycles, ${Math.round((done / total) * 100)} %`)
    }
    return { before, after: await measureIdleMemory() }

    async function cycle(first) {
      const batch = `batch:${first}`
      await commitMany(store, BATCH, (index) => {
        const id = LIVE + first + index
        const aged = index % 2 === 0
        const dependencies = [film(id), `genre:${id % 20}`, aged ? `decade:${id % 10}` : batch]
        return { key: keyOf(id), entry: entryOf(payload, dependencies, aged ? TTL : Infinity) }
      })
      const expired = await store.expire([batch])
      if (expired !== BATCH / 2) throw new Error(`${expired} of ${BATCH / 2} fragments were expired`)
    }

    /** When all have died, every commit buries a few, and what is too old to matter is forgotten. */
    async function measureIdleMemory() {
      await setTimeout(RETENTION + TTL + 500)
      await store.expire(['nobody:shows this'])
      await commitMany(store, 1000, stay)
      await setTimeout(1000)
      const fragments = await redis.dbsize()
      progress(`cycles: ${fragments} keys`)
      return usedMemory(redis)
    }
  } finally {
    await store.close()
    await server.stop()
  }
}

async function oldCycles({ start, total, progress }) {
  const server = await start()
  const { redis } = server
  try {
    for (let id = 0; id < LIVE; id++) {
      await bare(redis, commitCommands(id, payload, dependenciesOf(id, film(id * 7))))
    }
    const before = await usedMemory(redis)
    for (let first = 0; first < total; first += BATCH) {
      const batch = `batch:${first}`
      const commands = []
      for (let index = 0; index < BATCH; index++) {
        const id = LIVE + first + index
        const aged = index % 2 === 0
        const dependencies = [film(id), `genre:${id % 20}`, aged ? `decade:${id % 10}` : batch]
        commands.push(...commitCommands(id, payload, dependencies, aged ? TTL : undefined))
      }
      await bare(redis, commands)
      await expire2012(redis, batch)
      if (first % (20 * BATCH) === 0) progress('cycles of 2012')
    }
    await setTimeout(TTL + 2000)
    return { before, after: await usedMemory(redis), total }
  } finally {
    await server.stop()
  }
}

/** What one more dependency of a fragment costs. */
export async function edges({ start, progress }) {
  const FRAGMENTS = 5000
  const [few, many] = [5, 25]
  const objects = (id, number) => Array.from({ length: number }, (_, index) => film(id * 31 + index * 7))
  const current = await perEdge(async (server, number) => {
    const store = open(server)
    await commitMany(store, FRAGMENTS, (id) => ({ entry: entryOf(payload, objects(id, number)) }))
    await store.close()
  })
  const old = await perEdge(async ({ redis }, number) => {
    for (let id = 0; id < FRAGMENTS; id++) await bare(redis, commitCommands(id, payload, objects(id, number)))
  })
  return [
    {
      what: 'memory per (fragment, dependency) edge, against the layout of 2012',
      target: '≤ 1.1×',
      measured: `${(current / old).toFixed(2)}× (${current.toFixed(0)} bytes to ${old.toFixed(0)} bytes)`,
      met: current / old <= 1.1,
    },
  ]

  async function perEdge(fill) {
    const sizes = []
    for (const number of [few, many]) {
      const server = await start()
      const { redis } = server
      try {
        const before = await usedMemory(redis)
        await fill(server, number)
        await setTimeout(200)
        sizes.push((await usedMemory(redis)) - before)
        progress('memory of edges')
      } finally {
        await server.stop()
      }
    }
    return (sizes[1] - sizes[0]) / (FRAGMENTS * (many - few))
  }
}
