import { setFlagsFromString } from 'node:v8'
import { expect, it } from 'vitest'
import { createRedisClient } from '../../lib/redis/connection/redisClient.ts'

setFlagsFromString('--allow-natives-syntax')
/** Tells whether V8 keeps the methods of strings in the form that it can inline. */
const areStringsFast = new Function('return %HasFastProperties(String.prototype)') as () => boolean

it('a Redis client leaves the methods of strings fast', () => {
  // What the import of ioredis has done.
  class Text extends String {}
  expect(new Text('a')).toHaveLength(1)
  expect(areStringsFast()).toBe(false)
  const client = createRedisClient('redis://localhost:1', 250)
  client.redis.disconnect()
  expect(areStringsFast()).toBe(true)
})
