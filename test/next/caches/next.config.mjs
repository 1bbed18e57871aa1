import { dirname, join } from 'node:path'
import { withContentCache } from 'react-cache-content/config'

// The packages are installed one folder up, for all variants of the site.
const root = dirname(import.meta.dirname)

/** @type {import('next').NextConfig} */
const config = {
  cacheComponents: process.env.CACHE_COMPONENTS === '1',
  typescript: { ignoreBuildErrors: true },
  turbopack: { root },
  // Each build and each start is the first one in its folder, so it would not read these caches.
  experimental: { turbopackFileSystemCacheForBuild: false, turbopackFileSystemCacheForDev: false },
  outputFileTracingRoot: root,
}

const published = join(import.meta.dirname, 'publishedHandler.mjs')

/** The build keeps the choice. */
const configs = {
  'content cache': () => withContentCache(config),
  next: () => config,
  published: () => ({
    ...config,
    cacheHandlers: { default: published, remote: published },
    cacheMaxMemorySize: 0,
  }),
}

export default configs[process.env.CACHES ?? 'content cache']()
