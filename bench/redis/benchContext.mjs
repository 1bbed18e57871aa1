import { redisStore } from 'react-cache-content/redis'

/** A store of its own connection, that never gives up on a busy machine. */
export const open = ({ port }, options = {}) =>
  redisStore({ host: '127.0.0.1', port }, { timeout: 60_000, local: false, ...options })

/** As the engine writes fragment keys: name, vary, version. */
export const keyOf = (id) => JSON.stringify(['film/card', [id], 'build 2f6c1e9d'])

/** How the store names what it keeps; documented, because other programs rely on it. */
export const entryName = (id) => `cc:frag:${keyOf(id)}`
export const reverseName = (id) => `sobj:${entryName(id)}`
export const objectName = (object) => `obj:${object}`

export const entryOf = (payload, dependencies, milliseconds = Infinity) => {
  const now = Date.now()
  return {
    format: 2,
    name: 'film/card',
    createdAt: now,
    staleAt: now + milliseconds,
    discardAt: now + milliseconds,
    dependencies,
    route: '/',
    payload,
  }
}

/** Bytes that look like what React writes. */
export function flightLike(bytes) {
  const rows = []
  for (let size = 0, row = 1; size < bytes; row++) {
    const text = `${row}:["$","li",null,{"className":"card","children":["$","a",null,{"href":"/films/${row * 7919}"}]}]\n`
    rows.push(text)
    size += text.length
  }
  return Buffer.from(rows.join('')).subarray(0, bytes)
}

/** A film in a list: what a realistic fragment depends on, all of them on `shared`. */
export const dependenciesOf = (id, shared) => [
  shared,
  `film:${id}`,
  `director:${id % 2000}`,
  `genre:${id % 20}`,
  `decade:${id % 10}`,
]

export async function tokenFrom(store) {
  const [{ token }] = await store.lookup([{ key: 'any', age: 0 }])
  return token
}

/** Commits `count` fragments, many at a time. */
export async function commitMany(store, count, make) {
  const token = await tokenFrom(store)
  let next = 0
  const worker = async () => {
    while (next < count) {
      const id = next++
      const { entry, key = keyOf(id) } = make(id)
      const result = await store.commit(key, entry, token)
      if (result !== 'committed') throw new Error(`fragment ${id} was not committed but ${result}`)
    }
  }
  await Promise.all(Array.from({ length: 200 }, worker))
}

/** Runs a pipeline of bare commands; throws when one failed. */
export async function bare(redis, commands) {
  for (const [error] of await redis.pipeline(commands).exec()) if (error) throw error
}

export async function infoField(redis, section, field) {
  return Number(new RegExp(`^${field}:(.*?)\r?$`, 'm').exec(await redis.info(section))?.[1])
}

/** Milliseconds. */
export async function timed(task) {
  const started = performance.now()
  await task()
  return performance.now() - started
}
