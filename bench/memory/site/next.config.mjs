import { resolve } from 'node:path'

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  compress: false,
  typescript: { ignoreBuildErrors: true },
  // The benchmark measures the package in the repository's root.
  turbopack: { root: resolve(import.meta.dirname, '../../..') },
}
