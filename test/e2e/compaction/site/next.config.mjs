import { dirname } from 'node:path'

// The packages are installed one folder up, for all variants of the site.
const root = dirname(import.meta.dirname)

/** @type {import('next').NextConfig} */
export default {
  cacheComponents: process.env.CACHE_COMPONENTS === '1',
  ...(process.env.BASE_PATH && { basePath: process.env.BASE_PATH, trailingSlash: true }),
  reactStrictMode: true,
  // The types of this site are checked together with the tests.
  typescript: { ignoreBuildErrors: true },
  // The tests report the errors of the browser themselves.
  logging: { browserToTerminal: false },
  // Its button would cover elements that the tests click.
  devIndicators: false,
  turbopack: { root },
  // Each build and each start is the first one in its folder, so it would not read these caches.
  experimental: { turbopackFileSystemCacheForBuild: false, turbopackFileSystemCacheForDev: false },
}
