import { dirname } from 'node:path'
import createMdx from '@next/mdx'
import createNextIntlPlugin from 'next-intl/plugin'

// The packages are installed one folder up, for all variants of the site.
const root = dirname(import.meta.dirname)

/** @type {import('next').NextConfig} */
const config = {
  cacheComponents: process.env.CACHE_COMPONENTS === '1',
  pageExtensions: ['mdx', 'ts', 'tsx'],
  compiler: { styledComponents: true },
  turbopack: { root },
  // Each build is the first one in its folder, so it would not read this cache.
  experimental: { turbopackFileSystemCacheForBuild: false },
}

export default createNextIntlPlugin('./i18n/request.ts')(createMdx()(config))
