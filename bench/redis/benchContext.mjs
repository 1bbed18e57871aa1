import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { redisStore } from 'react-cache-content/redis'

const { sections } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../protocol.json'), 'utf8'))
const ENTRY_FORMAT = sections
  .flatMap(({ constants }) => constants)
  .find(({ name }) => name === 'ENTRY_FORMAT').value

/** Opens a store with its own connection. The long timeout keeps it from failing on a busy machine. */
export const openStore = ({ port }, options = {}) =>
  redisStore({ host: '127.0.0.1', port }, { timeout: 60_000, local: false, ...options })

/** Creates a key in the engine's format: name, vary, version. */
export const createKey = (id) => JSON.stringify(['film/card', [id], 'build 2f6c1e9d'])

/** The store's Redis keys. They are documented in docs/protocol.md, because other programs rely on them. */
export const getEntryName = (id) => `cc:frag:${createKey(id)}`
export const getReverseName = (id) => `sobj:${getEntryName(id)}`
export const getObjectName = (object) => `obj:${object}`

export const createEntry = (payload, dependencies, milliseconds = Infinity) => {
  const now = Date.now()
  return {
    format: ENTRY_FORMAT,
    name: 'film/card',
    createdAt: now,
    staleAt: now + milliseconds,
    discardAt: now + milliseconds,
    dependencies,
    route: '/',
    payload,
  }
}

/** Creates bytes that resemble React's Flight format. */
export function createFakeFlight(bytes) {
  const rows = []
  for (let size = 0, row = 1; size < bytes; row++) {
    const text = `${row}:["$","li",null,{"className":"card","children":["$","a",null,{"href":"/films/${row * 7919}"}]}]\n`
    rows.push(text)
    size += text.length
  }
  return Buffer.from(rows.join('')).subarray(0, bytes)
}

/** Creates the dependencies of a realistic fragment, a film in a list. All fragments depend on `shared`. */
export const createDependencies = (id, shared) => [
  shared,
  `film:${id}`,
  `director:${id % 2000}`,
  `genre:${id % 20}`,
  `decade:${id % 10}`,
]

export async function fetchToken(store) {
  const [{ token }] = await store.lookup([{ key: 'any', ageMs: 0 }])
  return token
}

/** Commits `count` fragments with high concurrency. */
export async function commitMany(store, count, make) {
  const token = await fetchToken(store)
  let next = 0
  const worker = async () => {
    while (next < count) {
      const id = next++
      const { entry, key = createKey(id) } = make(id)
      const result = await store.commit(key, entry, token)
      if (result !== 'committed') throw new Error(`The commit of fragment ${id} resulted in "${result}".`)
    }
  }
  await Promise.all(Array.from({ length: 200 }, worker))
}

/** Runs a pipeline of commands. @throws when one of them failed */
export async function runPipeline(redis, commands) {
  for (const [error] of await redis.pipeline(commands).exec()) if (error) throw error
}

export async function readInfoField(redis, section, field) {
  return Number(new RegExp(`^${field}:(.*?)\r?$`, 'm').exec(await redis.info(section))?.[1])
}

/** Runs a task. @returns its duration in milliseconds */
export async function measureTime(task) {
  const startedAt = performance.now()
  await task()
  return performance.now() - startedAt
}
