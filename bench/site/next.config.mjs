import { resolve } from 'node:path'

// The benchmark builds the site with `cacheComponents` and without.
const cacheComponents = process.env.BENCH_CACHE_COMPONENTS !== 'off'

/** @type {import('next').NextConfig} */
export default {
  ...(cacheComponents ? { cacheComponents, partialPrefetching: true } : { experimental: { useCache: true } }),
  distDir: cacheComponents ? '.next/on' : '.next/off',
  generateEtags: process.env.BENCH_ETAGS !== 'off',
  cacheHandlers: process.env.BENCH_REDIS_HANDLER
    ? { remote: resolve(import.meta.dirname, 'redisHandler.mjs') }
    : undefined,
  typescript: { ignoreBuildErrors: true },
  // The benchmark measures the package in the repository's root.
  turbopack: { root: resolve(import.meta.dirname, '../..') },
}
