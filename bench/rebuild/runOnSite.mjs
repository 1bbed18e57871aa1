import { randomBytes } from 'node:crypto'
import { startRedis } from '../redis/startRedis.mjs'
import { startSite } from './site.mjs'

/** Starts the built site and a Redis for one measurement, and stops them. */
export async function runOnSite(measure) {
  const secret = randomBytes(24).toString('base64url')
  const redis = await startRedis()
  let site
  try {
    site = await startSite({ CONTENT_CACHE_REDIS_URL: redis.url, CONTENT_CACHE_REBUILD_SECRET: secret })
    const isIdle = async () => (await redis.redis.exists('cc:rebuild:queue', 'cc:rebuild:active')) === 0
    return await measure({ site, redis: redis.url, isIdle, secret })
  } finally {
    await site?.stop()
    await redis.stop()
  }
}
