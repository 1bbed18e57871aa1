import { existsSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { next, runToEnd, startNext } from '../nextProcess.mjs'

const folder = resolve(import.meta.dirname, 'site')

/** @param caches `next`, `content-cache` or `published` */
export async function buildSite(caches, env = {}) {
  rmSync(join(folder, '.next', caches), { recursive: true, force: true })
  await runToEnd([next, 'build'], { cwd: folder, env: { ...env, BENCH_CACHES: caches } })
}

/** Whether the site was built with these caches, after the library. */
export function isBuilt(caches) {
  const id = join(folder, '.next', caches, 'BUILD_ID')
  const library = resolve(import.meta.dirname, '../../dist/entries/next.js')
  return existsSync(id) && existsSync(library) && statSync(id).mtimeMs > statSync(library).mtimeMs
}

/** Starts a process of the site. Several may run on one build. */
export async function startSite(name, { caches, env = {}, nodeFlags = [] }) {
  const site = await startNext({ cwd: folder, env: { ...env, BENCH_CACHES: caches }, nodeFlags })
  return { name, ...site }
}
