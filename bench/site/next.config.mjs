import { resolve } from 'node:path'

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  // The benchmark measures uncompressed documents and compresses them itself.
  compress: false,
  // Hits of 'use cache' cost less CPU time with this option than with `cacheComponents`.
  experimental: { useCache: true },
  cacheHandlers: process.env.BENCH_REDIS_HANDLER
    ? { remote: resolve(import.meta.dirname, 'redisHandler.mjs') }
    : undefined,
  typescript: { ignoreBuildErrors: true },
  // The benchmark measures the package in the repository's root.
  turbopack: { root: resolve(import.meta.dirname, '../..') },
}
