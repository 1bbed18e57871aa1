/** @type {import('next').NextConfig} */
export default {
  reactStrictMode: true,
  poweredByHeader: false,
  // A native module: Node loads it, no bundler.
  serverExternalPackages: ['@libsql/client', 'libsql'],
  // `npm test` checks types, with a compiler that Next cannot load.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: import.meta.dirname },
}
