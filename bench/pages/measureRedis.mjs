import { startRedis } from '../redis/startRedis.mjs'
import { BROWSER_ENCODING } from './load.mjs'
import { measureShape } from './measureShape.mjs'
import { measurePrepared } from './measureVariants.mjs'
import { preparePage } from './preparePage.mjs'
import { redisShapes } from './shapes.mjs'
import { startServer } from './site.mjs'

const PAGE = '20x30'
/** The keys of the published handler and of this library. */
const EXPECTED_KEYS = ['nextjs:data-cache:*', 'cc:frag:*', 'remote:frag:*']
/** Lists the entries of mode `miss`, also those that have expired. */
const COLD_INDEX = 'cold:due'
/** Several times the memory that the pages take. A full Redis refuses entries, and then the benchmark fails. */
const MAX_MEMORY = '1gb'

const variants = [
  { name: 'no-cache', title: 'no cache' },
  { name: 'use-cache-remote', title: "`'use cache: remote'`, HANDLER" },
  { name: 'hit', title: 'this library' },
  { name: 'hit', title: 'this library, `strict`', env: { CONTENT_CACHE_CONSISTENCY: 'strict' } },
  { name: 'hit', path: 'hit-without-copies', title: 'this library without copies in the process' },
]

/**
 * Measures pages from a Redis.
 *
 * @returns `hits`: the variants of one page with the results of all rounds; `pages`: the results per shape, build and mode
 */
export async function measureRedis(settings) {
  const redis = await startRedis('--maxmemory', MAX_MEMORY)
  const servers = []
  const start = async (env) => {
    const server = await startServer({
      build: settings.build,
      node: settings.node,
      env: { CONTENT_CACHE_REDIS_URL: redis.url, BENCH_REDIS_HANDLER: redis.url, ...env },
    })
    servers.push(server)
    return server
  }
  try {
    const server = await start()
    const hits = await measureHits({ ...settings, redis, server, start })
    const site = { build: settings.build, url: server.url }
    const pages = {}
    for (const shape of redisShapes)
      pages[shape.name] = await measureShape(shape, { ...settings, sites: [site] })
    if ((await redis.redis.zcard(COLD_INDEX)) < 20)
      throw new Error('Redis has too few entries of cold pages.')
    return { hits, pages }
  } finally {
    for (const server of servers) await server.stop()
    await redis.stop()
  }
}

async function measureHits({ redis, server, start, rounds, seconds, random, progress }) {
  progress.begin('Redis', variants.length * rounds)
  const pages = []
  for (const variant of variants) {
    const { url: site } = variant.env ? await start(variant.env) : server
    const visits = Array(3).fill([{ path: `/${variant.path ?? variant.name}/${PAGE}` }])
    pages.push({ ...variant, site, visits, encoding: BROWSER_ENCODING })
  }
  const prepared = await preparePage(pages, seconds)
  for (const pattern of EXPECTED_KEYS) {
    if ((await redis.redis.keys(pattern)).length < 20) throw new Error(`Redis has too few keys ${pattern}.`)
  }
  return measurePrepared(prepared, { rounds, random, progress })
}
