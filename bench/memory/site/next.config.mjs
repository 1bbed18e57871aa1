import { resolve } from 'node:path'

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  compress: false,
  typescript: { ignoreBuildErrors: true },
  // The package that is measured is the repository itself.
  turbopack: { root: resolve(import.meta.dirname, '../../..') },
}
