import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { median, quantile } from '../statistics.mjs'
import {
  bare,
  commitMany,
  dependenciesOf,
  entryName,
  entryOf,
  flightLike,
  objectName,
  open,
  reverseName,
  timed,
} from './benchContext.mjs'

const SHARED = 'site:navigation'
const payload = flightLike(500)
const fragment = (id) => ({ entry: entryOf(payload, dependenciesOf(id, SHARED)) })

/** An object that very many fragments show. */
export async function expire({ start, rounds, quick, progress }) {
  const server = await start()
  const store = open(server)
  try {
    const [some, many] = quick ? [1000, 10_000] : [10_000, 100_000]
    return [
      await againstBare(server.redis, store, { count: some, rounds, progress }),
      ...(await besideOthers(server, store, { count: many, rounds: quick ? 1 : 3, progress })),
    ]
  } finally {
    await store.close()
    await server.stop()
  }
}

async function againstBare(redis, store, { count, rounds, progress }) {
  const plain = []
  const grouped = []
  const storeTimes = []
  const expireAll = async () => {
    const expired = await store.expire([SHARED])
    if (expired !== count) throw new Error(`${expired} of ${count} fragments were expired`)
  }
  for (let round = 0; round < rounds; round++) {
    for (const [times, run] of [
      [storeTimes, expireAll],
      [plain, () => bare(redis, eachEdge(count))],
      [grouped, () => inGroups(redis, count)],
    ]) {
      await commitMany(store, count, fragment)
      times.push(await timed(run))
      const left = await redis.keys('*obj:*')
      if (left.length > 0) throw new Error(`${left.length} sets are left, ${left[0]} for one`)
    }
    progress('expiry')
  }
  const ratio = (others) => median(storeTimes.map((time, round) => time / others[round]))
  return {
    what: `expireObj with ${text(count)} dependants of 5 objects each, against a bare pipeline of UNLINK and SREM of the same keys`,
    target: '≤ 1.5×',
    measured: `${ratio(plain).toFixed(2)}× (${median(storeTimes).toFixed(0)} ms to ${median(plain).toFixed(0)} ms; ${ratio(grouped).toFixed(2)}× of a pipeline that knows all keys beforehand and takes 1,000 of a set in one command)`,
    met: ratio(plain) <= 1.5,
  }
}

function eachEdge(count) {
  const commands = []
  for (let id = 0; id < count; id++) {
    commands.push(['unlink', entryName(id), reverseName(id)])
    for (const object of dependenciesOf(id, SHARED))
      commands.push(['srem', objectName(object), entryName(id)])
  }
  return commands
}

async function inGroups(redis, count) {
  for (let start = 0; start < count; start += 1000) {
    const commands = []
    const members = new Map()
    const names = []
    for (let id = start; id < Math.min(start + 1000, count); id++) {
      names.push(entryName(id), reverseName(id))
      for (const object of dependenciesOf(id, SHARED)) {
        if (!members.has(object)) members.set(object, [])
        members.get(object).push(entryName(id))
      }
    }
    commands.push(['unlink', ...names])
    for (const [object, list] of members) commands.push(['srem', objectName(object), ...list])
    await bare(redis, commands)
  }
}

async function besideOthers(server, store, { count, rounds, progress }) {
  const { redis } = server
  const slowest = []
  const p99 = []
  const idleP99 = []
  const expiryTimes = []
  const longest = []
  for (let round = 0; round < rounds; round++) {
    await commitMany(store, count, fragment)
    progress('expiry of very many')
    const others = await startOthers(server.port)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    idleP99.push(quantile(await others.take(), 0.99))
    await redis.config('SET', 'slowlog-log-slower-than', '0', 'slowlog-max-len', '100000')
    await redis.slowlog('RESET')
    expiryTimes.push(await timed(() => store.expire([SHARED])))
    const latencies = await others.take()
    p99.push(quantile(latencies, 0.99))
    slowest.push(quantile(latencies, 1))
    longest.push(await longestScript(redis))
    await redis.config('SET', 'slowlog-log-slower-than', '-1')
    await others.stop()
  }
  const scriptMs = Math.max(...longest) / 1000
  return [
    {
      what: `the same with ${text(count)}: longest single script`,
      target: '≤ 5 ms',
      measured: `${scriptMs.toFixed(1)} ms (SLOWLOG, longest of ${rounds}; the expiry took ${(median(expiryTimes) / 1000).toFixed(1)} s)`,
      met: scriptMs <= 5,
    },
    {
      what: 'the same: p99 of GETs of 8 other clients at that time',
      target: '≤ 10 ms',
      measured: `${median(p99).toFixed(1)} ms (${median(idleP99).toFixed(1)} ms before, slowest ${Math.max(...slowest).toFixed(0)} ms)`,
      met: median(p99) <= 10,
    },
  ]
}

/** Microseconds. */
async function longestScript(redis) {
  const log = await redis.slowlog('GET', '100000')
  const scripts = log.filter(([, , , [command]]) => /^evalsha?$/i.test(command))
  return Math.max(...scripts.map(([, , microseconds]) => microseconds))
}

/** Clients on a thread of their own, so that what keeps ours busy is not taken for the server's slowness. */
async function startOthers(port) {
  const worker = new Worker(new URL('./otherClients.mjs', import.meta.url), { workerData: { port } })
  await once(worker, 'message')
  return {
    /** Latencies since the last call, in milliseconds. */
    async take() {
      const taken = once(worker, 'message')
      worker.postMessage('take')
      return (await taken)[0]
    },
    async stop() {
      await worker.terminate()
    },
  }
}

const text = (number) => number.toLocaleString('en')
