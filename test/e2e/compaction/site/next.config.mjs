import { dirname } from 'node:path'

// The packages are installed one folder up, for all variants of the site.
const root = dirname(import.meta.dirname)

/** @type {import('next').NextConfig} */
export default {
  cacheComponents: process.env.CACHE_COMPONENTS === '1',
  reactStrictMode: true,
  // Types are checked where the fixture's sources are, together with the tests.
  typescript: { ignoreBuildErrors: true },
  // Troubles of the browser are told by the tests, each to the one that had them.
  logging: { browserToTerminal: false },
  // Its button lies over what the tests click.
  devIndicators: false,
  turbopack: { root },
}
