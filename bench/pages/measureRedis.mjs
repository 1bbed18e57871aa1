import { startRedis } from '../redis/startRedis.mjs'
import { BROWSER_ENCODING } from './load.mjs'
import { measurePrepared } from './measureVariants.mjs'
import { preparePage } from './preparePage.mjs'
import { startServer } from './site.mjs'

const PAGE = '20x30'
/** The keys of the published handler and of this library. */
const EXPECTED_KEYS = ['nextjs:data-cache:*', 'cc:frag:*', 'remote:frag:*']

const variants = [
  { name: 'no-cache', title: 'no cache' },
  { name: 'use-cache-remote', title: "`'use cache: remote'`, HANDLER" },
  { name: 'hit', title: 'this library' },
  { name: 'hit', title: 'this library, `strict`', env: { CONTENT_CACHE_CONSISTENCY: 'strict' } },
  { name: 'hit', path: 'hit-without-copies', title: 'this library without copies in the process' },
]

/** Measures one page from a Redis. @returns the variants with the results of all rounds */
export async function measureRedis({ build, node, rounds, seconds, progress }) {
  const redis = await startRedis()
  const servers = []
  const start = async (env) => {
    const server = await startServer({
      build,
      node,
      env: { CONTENT_CACHE_REDIS_URL: redis.url, BENCH_REDIS_HANDLER: redis.url, ...env },
    })
    servers.push(server)
    return server
  }
  try {
    progress.begin('Redis', variants.length * rounds)
    const defaultServer = await start()
    const pages = []
    for (const variant of variants) {
      const { url: site } = variant.env ? await start(variant.env) : defaultServer
      const visits = Array(3).fill([{ path: `/${variant.path ?? variant.name}/${PAGE}` }])
      pages.push({ ...variant, site, visits, encoding: BROWSER_ENCODING })
    }
    const prepared = await preparePage(pages, seconds)
    for (const pattern of EXPECTED_KEYS) {
      if ((await redis.redis.keys(pattern)).length < 20) throw new Error(`Redis has too few keys ${pattern}.`)
    }
    return await measurePrepared(prepared, { rounds, progress })
  } finally {
    for (const server of servers) await server.stop()
    await redis.stop()
  }
}
