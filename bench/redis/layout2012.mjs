import { bare, entryName, objectName, reverseName } from './benchContext.mjs'

/** What the two systems of 2012 did: both sets are written, and cleaned by an expiry, but never by age. */
export const commitCommands = (id, payload, objects, milliseconds) => [
  ['set', entryName(id), payload, ...(milliseconds ? ['PX', milliseconds] : [])],
  ...objects.map((object) => ['sadd', objectName(object), entryName(id)]),
  ['sadd', reverseName(id), ...objects.map(objectName)],
]

export async function expire2012(redis, object) {
  const names = await redis.smembers(objectName(object))
  const sets = await redis.pipeline(names.map((name) => ['smembers', `sobj:${name}`])).exec()
  await bare(redis, [
    ...names.flatMap((name, index) => [
      ...sets[index][1].map((set) => ['srem', set, name]),
      ['del', name, `sobj:${name}`],
    ]),
    ['del', objectName(object)],
  ])
}
