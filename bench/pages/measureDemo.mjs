import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createVariants } from './createVariants.mjs'
import { measureVariants } from './measureVariants.mjs'
import { buildSite, startServer } from './site.mjs'

const root = resolve(import.meta.dirname, '../..')
const folder = resolve(root, 'bench/demo')
/** The demo does not set `cacheComponents`. */
const BUILD = 'off'
const withoutLibrary = { BENCH_FRAGMENTS: 'off' }

/** Measures the front page of the demo with this library and without it. @returns the results per build and mode */
export async function measureDemo({ node, rounds, seconds, random, progress, mustBuild }) {
  const films = mkdtempSync(join(tmpdir(), 'bench-demo-'))
  const database = { FILMS_DB: join(films, 'films.db') }
  const servers = []
  try {
    execFileSync(process.execPath, [resolve(root, 'scripts/import-films.mjs')], {
      env: { ...process.env, ...database },
    })
    for (const env of [withoutLibrary, {}]) {
      if (mustBuild) await buildSite(BUILD, { folder, env })
      servers.push(await startServer({ build: BUILD, node, folder, env: { ...env, ...database } }))
    }
    const [without, usual] = servers
    const create = (server, names) => createVariants({ ...server, build: BUILD }, { page: 'front', names })
    const variants = [...create(without, ['no-cache']), ...create(usual, ['hit', 'empty'])].map(
      (variant) => ({
        ...variant,
        // Each server has one page, whose path names no mode.
        visits: variant.visits.map(() => [{ path: variant.name === 'empty' ? '/empty' : '/front' }]),
        group: 'demo',
      }),
    )
    progress.begin('demo', variants.length * rounds)
    const measured = await measureVariants(variants, { rounds, seconds, random, progress })
    const results = measured.map(({ name, bytes, sent, amount, server }) => [
      name,
      { bytes, sent, amount, server },
    ])
    return { [BUILD]: Object.fromEntries(results) }
  } finally {
    for (const server of servers) await server.stop()
    rmSync(films, { recursive: true, force: true })
  }
}
