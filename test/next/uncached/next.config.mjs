import { dirname } from 'node:path'

// The packages are installed one folder up, for all variants of the site.
const root = dirname(import.meta.dirname)

/** @type {import('next').NextConfig} */
export default {
  cacheComponents: process.env.CACHE_COMPONENTS === '1',
  typescript: { ignoreBuildErrors: true },
  turbopack: { root },
  outputFileTracingRoot: root,
}
