import { resolve } from 'node:path'
import { withContentCache } from 'react-cache-content/config'

/** `next` has Next's own caches, `content-cache` this library, and `published` two others. */
const caches = process.env.BENCH_CACHES ?? 'content-cache'

/** @type {import('next').NextConfig} */
const config = {
  cacheComponents: true,
  partialPrefetching: true,
  distDir: `.next/${caches}`,
  typescript: { ignoreBuildErrors: true },
  // The benchmark measures the package in the repository's root.
  turbopack: { root: resolve(import.meta.dirname, '../../..') },
}

const publishedHandler = resolve(import.meta.dirname, 'publishedHandler.mjs')
const publishedPages = resolve(import.meta.dirname, 'publishedPageHandler.mjs')

const configs = {
  next: config,
  'content-cache': withContentCache(config),
  published: {
    ...config,
    cacheHandler: publishedPages,
    cacheHandlers: { default: publishedHandler, remote: publishedHandler },
    cacheMaxMemorySize: 0,
  },
}

export default configs[caches]
