import { startRedis } from '../redis/startRedis.mjs'
import { measureInterleaved } from './measureInterleaved.mjs'
import { measureServer } from './measureServer.mjs'
import { preparePage } from './preparePage.mjs'
import { startSite } from './site.mjs'

const PAGE = '20x30'
/** The keys of the published handler and of this library. */
const EXPECTED_KEYS = ['nextjs:data-cache:*', 'cc:frag:*', 'remote:frag:*']

const variants = [
  { mode: 'no-cache', title: 'no cache' },
  { mode: 'use-cache-remote', title: "`'use cache: remote'`, HANDLER" },
  { mode: 'hit', title: 'this library' },
  { mode: 'hit', title: 'this library, `strict`', env: { CONTENT_CACHE_CONSISTENCY: 'strict' } },
  { mode: 'hit', path: 'hit-without-copies', title: 'this library without copies in the process' },
]

/** Measures one page from a Redis. @returns the variants with the results of all rounds */
export async function measureRedis({ rounds, seconds, progress }) {
  const redis = await startRedis()
  const sites = []
  try {
    progress.begin('Redis', variants.length * rounds)
    const env = { CONTENT_CACHE_REDIS_URL: redis.url, BENCH_REDIS_HANDLER: redis.url }
    const defaultSite = await startSite(env)
    sites.push(defaultSite)
    const variantsWithUrls = []
    for (const variant of variants) {
      const site = variant.env ? await startSite({ ...env, ...variant.env }) : defaultSite
      if (site !== defaultSite) sites.push(site)
      variantsWithUrls.push({
        ...variant,
        site: site.url,
        url: `${site.url}/${variant.path ?? variant.mode}/${PAGE}`,
      })
    }
    const prepared = await preparePage(variantsWithUrls)
    for (const pattern of EXPECTED_KEYS) {
      if ((await redis.redis.keys(pattern)).length < 20) throw new Error(`Redis has too few keys ${pattern}.`)
    }
    const server = await measureInterleaved(prepared, rounds, async (variant) => {
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
