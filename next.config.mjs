/** @type {import('next').NextConfig} */
export default {
  // The browser tests build into a folder of their own, beside a demo that may be running.
  distDir: process.env.NEXT_DIST_DIR || '.next',
  reactStrictMode: true,
  poweredByHeader: false,
  // A native module: Node loads it, no bundler.
  serverExternalPackages: ['@libsql/client', 'libsql'],
  // `npm test` checks types, with a compiler that Next cannot load.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: import.meta.dirname },
}
