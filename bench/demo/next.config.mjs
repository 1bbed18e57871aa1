import { resolve } from 'node:path'
import demo from '../../next.config.mjs'

// The benchmark builds the site with this library and without it.
const isWithout = process.env.BENCH_FRAGMENTS === 'off'

/** @type {import('next').NextConfig} */
export default {
  ...demo,
  distDir: isWithout ? '.next/without' : '.next/with',
  turbopack: {
    // The benchmark measures the package and the demo in the repository's root.
    root: resolve(import.meta.dirname, '../..'),
    resolveAlias: isWithout ? { 'react-cache-content/next': './lib/withoutLibrary.tsx' } : {},
  },
}
