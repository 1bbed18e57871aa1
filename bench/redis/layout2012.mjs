import { getEntryName, getObjectName, getReverseName, runPipeline } from './benchContext.mjs'

/** The layout of the two systems of 2012. An expiry cleans both kinds of sets, but the end of a TTL does not. */
export const createCommitCommands = (id, payload, objects, milliseconds) => [
  ['set', getEntryName(id), payload, ...(milliseconds ? ['PX', milliseconds] : [])],
  ...objects.map((object) => ['sadd', getObjectName(object), getEntryName(id)]),
  ['sadd', getReverseName(id), ...objects.map(getObjectName)],
]

export async function expire2012(redis, object) {
  const names = await redis.smembers(getObjectName(object))
  const sets = await redis.pipeline(names.map((name) => ['smembers', `sobj:${name}`])).exec()
  await runPipeline(redis, [
    ...names.flatMap((name, index) => [
      ...sets[index][1].map((set) => ['srem', set, name]),
      ['del', name, `sobj:${name}`],
    ]),
    ['del', getObjectName(object)],
  ])
}
