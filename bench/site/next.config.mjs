import { resolve } from 'node:path'

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  // The benchmark counts the bytes of documents, and compresses them itself.
  compress: false,
  // With `cacheComponents` instead, hits of 'use cache' cost more CPU.
  experimental: { useCache: true },
  cacheHandlers: process.env.BENCH_REDIS_HANDLER
    ? { remote: resolve(import.meta.dirname, 'redisHandler.mjs') }
    : undefined,
  typescript: { ignoreBuildErrors: true },
  // The package that is measured is the repository itself.
  turbopack: { root: resolve(import.meta.dirname, '../..') },
}
