import { startRedis } from '../redis/startRedis.mjs'
import { interleaved } from './interleaved.mjs'
import { measureServer } from './measureServer.mjs'
import { preparePage } from './preparePage.mjs'
import { startSite } from './site.mjs'

const PAGE = '20x30'
/** Keys of the published handler and of this library. */
const KEPT = ['nextjs:data-cache:*', 'cc:frag:*', 'remote:frag:*']

const variants = [
  { mode: 'no-cache', title: 'no cache' },
  { mode: 'use-cache-remote', title: "`'use cache: remote'`, HANDLER" },
  { mode: 'hit', title: 'this library' },
  { mode: 'hit', title: 'this library, `strict`', env: { CONTENT_CACHE_CONSISTENCY: 'strict' } },
  { mode: 'hit', path: 'hit-without-copies', title: 'this library without copies in the process' },
]

/** The same page from one Redis. @returns each variant with its rounds */
export async function measureRedis({ rounds, seconds, progress }) {
  const redis = await startRedis()
  const sites = []
  try {
    progress.begin('Redis', variants.length * rounds)
    const env = { CONTENT_CACHE_REDIS_URL: redis.url, BENCH_REDIS_HANDLER: redis.url }
    const usual = await startSite(env)
    sites.push(usual)
    const placed = []
    for (const variant of variants) {
      const site = variant.env ? await startSite({ ...env, ...variant.env }) : usual
      if (site !== usual) sites.push(site)
      placed.push({ ...variant, site: site.url, url: `${site.url}/${variant.path ?? variant.mode}/${PAGE}` })
    }
    const prepared = await preparePage(placed)
    for (const pattern of KEPT) {
      if ((await redis.redis.keys(pattern)).length < 20) throw new Error(`Redis does not hold ${pattern}.`)
    }
    const server = await interleaved(prepared, rounds, async (variant) => {
      const measured = await measureServer(variant, { seconds, connections: 3 })
      progress.advance()
      return measured
    })
    return prepared.map((variant, index) => ({ ...variant, server: server[index] }))
  } finally {
    for (const site of sites) await site.stop()
    await redis.stop()
  }
}
