import { withContentCache } from 'react-cache-content/config'

/** @type {import('next').NextConfig} */
const config = {
  // The browser tests build into another folder, because the demo may be running.
  distDir: process.env.NEXT_DIST_DIR || '.next',
  reactStrictMode: true,
  poweredByHeader: false,
  // Native modules, which no bundler can load.
  serverExternalPackages: ['@libsql/client', 'libsql'],
  // `npm test` checks types with a compiler that Next cannot load.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: import.meta.dirname },
}

export default withContentCache(config)
