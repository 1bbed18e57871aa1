import { dirname } from 'node:path'

// The packages are installed one folder up, for all variants of the site.
const root = dirname(import.meta.dirname)

/** @type {import('next').NextConfig} */
export default {
  cacheComponents: true,
  typescript: { ignoreBuildErrors: true },
  turbopack: { root },
  // Each build and each start is the first one in its folder.
  experimental: { turbopackFileSystemCacheForBuild: false, turbopackFileSystemCacheForDev: false },
  outputFileTracingRoot: root,
}
