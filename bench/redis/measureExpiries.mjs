import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { median, quantile } from '../statistics.mjs'
import {
  commitMany,
  createDependencies,
  createEntry,
  createFakeFlight,
  getEntryName,
  getObjectName,
  getReverseName,
  measureTime,
  openStore,
  runPipeline,
} from './benchContext.mjs'

const SHARED = 'site:navigation'
const payload = createFakeFlight(500)
const createFragment = (id) => ({ entry: createEntry(payload, createDependencies(id, SHARED)) })

/** Measures the expiry of an object on which very many fragments depend. */
export async function measureExpiries({ start, rounds, quick, progress }) {
  const server = await start()
  const store = openStore(server)
  try {
    const [mediumCount, largeCount] = quick ? [1000, 10_000] : [10_000, 100_000]
    return [
      await compareWithPipeline(server.redis, store, { count: mediumCount, rounds, progress }),
      ...(await measureOtherClients(server, store, { count: largeCount, rounds: quick ? 1 : 3, progress })),
    ]
  } finally {
    await store.close()
    await server.stop()
  }
}

async function compareWithPipeline(redis, store, { count, rounds, progress }) {
  const plain = []
  const grouped = []
  const storeTimes = []
  const expireAll = async () => {
    const expired = await store.expire([SHARED])
    if (expired !== count) throw new Error(`Only ${expired} of ${count} fragments were expired.`)
  }
  for (let round = 0; round < rounds; round++) {
    for (const [times, run] of [
      [storeTimes, expireAll],
      [plain, () => runPipeline(redis, createCommandsPerEdge(count))],
      [grouped, () => runGroupedCommands(redis, count)],
    ]) {
      await commitMany(store, count, createFragment)
      times.push(await measureTime(run))
      const left = await redis.keys('*obj:*')
      if (left.length > 0) throw new Error(`The expiry left ${left.length} sets, such as ${left[0]}.`)
    }
    progress('expiry')
  }
  const ratio = (others) => median(storeTimes.map((time, round) => time / others[round]))
  return {
    title: `expireObj with ${formatNumber(count)} dependants of 5 objects each, against a bare pipeline of UNLINK and SREM of the same keys`,
    target: '≤ 1.5×',
    measured: `${ratio(plain).toFixed(2)}× (${median(storeTimes).toFixed(0)} ms to ${median(plain).toFixed(0)} ms; ${ratio(grouped).toFixed(2)}× of a pipeline that knows all keys beforehand and takes 1,000 of a set in one command)`,
    met: ratio(plain) <= 1.5,
  }
}

function createCommandsPerEdge(count) {
  const commands = []
  for (let id = 0; id < count; id++) {
    commands.push(['unlink', getEntryName(id), getReverseName(id)])
    for (const object of createDependencies(id, SHARED))
      commands.push(['srem', getObjectName(object), getEntryName(id)])
  }
  return commands
}

async function runGroupedCommands(redis, count) {
  for (let start = 0; start < count; start += 1000) {
    const commands = []
    const members = new Map()
    const names = []
    for (let id = start; id < Math.min(start + 1000, count); id++) {
      names.push(getEntryName(id), getReverseName(id))
      for (const object of createDependencies(id, SHARED)) {
        if (!members.has(object)) members.set(object, [])
        members.get(object).push(getEntryName(id))
      }
    }
    commands.push(['unlink', ...names])
    for (const [object, list] of members) commands.push(['srem', getObjectName(object), ...list])
    await runPipeline(redis, commands)
  }
}

async function measureOtherClients(server, store, { count, rounds, progress }) {
  const { redis } = server
  const slowest = []
  const p99 = []
  const idleP99 = []
  const expiryTimes = []
  const longest = []
  for (let round = 0; round < rounds; round++) {
    await commitMany(store, count, createFragment)
    progress('expiry of very many')
    const others = await startOthers(server.port)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    idleP99.push(quantile(await others.take(), 0.99))
    await redis.config('SET', 'slowlog-log-slower-than', '0', 'slowlog-max-len', '100000')
    await redis.slowlog('RESET')
    expiryTimes.push(await measureTime(() => store.expire([SHARED])))
    const latencies = await others.take()
    p99.push(quantile(latencies, 0.99))
    slowest.push(quantile(latencies, 1))
    longest.push(await findLongestScript(redis))
    await redis.config('SET', 'slowlog-log-slower-than', '-1')
    await others.stop()
  }
  const scriptMs = Math.max(...longest) / 1000
  return [
    {
      title: `the same with ${formatNumber(count)}: longest single script`,
      target: '≤ 5 ms',
      measured: `${scriptMs.toFixed(1)} ms (SLOWLOG, longest of ${rounds}; the expiry took ${(median(expiryTimes) / 1000).toFixed(1)} s)`,
      met: scriptMs <= 5,
    },
    {
      title: 'the same: p99 of GETs by 8 other clients during the expiry',
      target: '≤ 10 ms',
      measured: `${median(p99).toFixed(1)} ms (${median(idleP99).toFixed(1)} ms before, slowest ${Math.max(...slowest).toFixed(0)} ms)`,
      met: median(p99) <= 10,
    },
  ]
}

/** Returns the duration of the longest script in microseconds. */
async function findLongestScript(redis) {
  const log = await redis.slowlog('GET', '100000')
  const scripts = log.filter(([, , , [command]]) => /^evalsha?$/i.test(command))
  return Math.max(...scripts.map(([, , microseconds]) => microseconds))
}

/** Starts clients on another thread, so that work on this thread does not count as latency of the server. */
async function startOthers(port) {
  const worker = new Worker(new URL('./otherClients.mjs', import.meta.url), { workerData: { port } })
  await once(worker, 'message')
  return {
    /** Returns the latencies since the last call, in milliseconds. */
    async take() {
      const reply = once(worker, 'message')
      worker.postMessage('take')
      return (await reply)[0]
    },
    async stop() {
      await worker.terminate()
    },
  }
}

const formatNumber = (number) => number.toLocaleString('en')
