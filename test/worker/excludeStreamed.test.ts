import type { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { createRedisKeys } from '../../lib/redis/redisKeys.ts'
import { excludeStreamed } from '../../lib/worker/excludeStreamed.ts'

/** Stands for a server that refuses some ids, which Redis itself never does with ids that pass the schema. */
function exclude(replies: readonly [Error | null, unknown[]?][], texts: readonly string[]) {
  const pipeline = { xrange() {}, exec: async () => replies }
  const redis = { pipeline: () => pipeline } as unknown as Redis
  const connection = { runPastBreaker: <T>(task: (redis: Redis) => Promise<T>) => task(redis) }
  const context = { connection, keys: createRedisKeys({}) } as unknown as Parameters<
    typeof excludeStreamed
  >[0]
  return excludeStreamed(context, texts)
}

const textOf = (id: string) => JSON.stringify({ key: 'story:1', action: 'save', stream: `cc:messages ${id}` })
const texts = [textOf('1-1'), textOf('2-1')]
const found = [['2-1', ['message', '']]]

it('a message whose stream id the server refuses is not in the stream', async () => {
  const refusal = new Error('ERR Invalid stream ID specified as stream command argument')
  const remaining = await exclude([[refusal], [null, found]], texts)
  expect(remaining).toEqual([textOf('1-1')])
})

it('a server that refuses to read the stream fails the whole batch', async () => {
  const failure = new Error('NOPERM no permissions')
  await expect(exclude([[failure], [null, found]], texts)).rejects.toBe(failure)
})
