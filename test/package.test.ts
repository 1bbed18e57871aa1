import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createContentCacheError, type ErrorCode, errors } from '../lib/core/errors.ts'
import { readModuleGraph } from './support/moduleGraph.ts'

const project = resolve('.')
const folder = mkdtempSync(join(tmpdir(), 'package-'))
const notCopied = ['.git', '.next', 'data', 'dist', 'node_modules']

let tarball: string
let published: string[]

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const read = (path: string) => readFileSync(path, 'utf8')

// Packs a copy, because the build in `npm pack` would replace a dist/ that other tests read.
beforeAll(() => {
  const copy = join(folder, 'copy')
  cpSync(project, copy, { recursive: true, filter: (path) => !notCopied.includes(relative(project, path)) })
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'))
  run('npm', 'pack', copy, '--pack-destination', folder)
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball')
  run('tar', '-xzf', tarball)
  published = run('tar', '-tzf', tarball)
    .trimEnd()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''))
    .sort()
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the published package', () => {
  it('publint finds no fault', async () => {
    const pack = { tarball: new Uint8Array(readFileSync(tarball)).buffer }
    const { messages, pkg } = await publint({ pack, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  it('the types resolve for every ESM consumer', () => {
    const attw = join(project, 'node_modules/.bin/attw')
    // It exits with 1 on a problem, so `run` throws with its output.
    run(attw, tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--no-color')
  }, 60_000)

  it('the package holds only the build, types, documentation, Lua scripts and licence', () => {
    const expected =
      /^(dist\/.+\.(js|d\.ts)|docs\/((errors|api)\/)?[\w-]+\.md|docs\/images\/[\w-]+\.(png|svg)|docs\/message\.schema\.json|clients\/django\/react_cache_content\/lua\/\w+\.lua|package\.json|(README|CHANGELOG|CONTRIBUTING)\.md|LICENSE)$/
    expect(published.filter((path) => !expected.test(path))).toEqual([])
    expect(published).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md']))
  })

  const sources = readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(?<!\.d)\.tsx?$/.test(path),
  )
  const toBuiltPath = (source: string) => `dist/${source.replace(/\.tsx?$/, '.js')}`

  it('the package has exactly the modules of lib', () => {
    expect(published.filter((path) => path.endsWith('.js'))).toEqual(sources.map(toBuiltPath).sort())
  })

  it('a file keeps "use client" as its first statement', () => {
    const isClient = (path: string) => /^'use client'|^"use client"/.test(read(path))
    const clients = sources.filter((source) => isClient(join('lib', source)))
    const builtClients = sources.filter((source) => isClient(join(folder, 'package', toBuiltPath(source))))
    expect(builtClients).toEqual(clients)
  })

  it.each(['next', 'memory', 'redis', 'core', 'testing'])(
    'the entry /%s loads no package of the worker or the command line',
    (entry) => {
      const { packages } = readModuleGraph(join(folder, `package/dist/entries/${entry}.js`))
      const commandPackages = ['zod', 'commander', 'cli-progress', 'pino']
      expect(commandPackages.filter((name) => packages.has(name))).toEqual([])
    },
  )

  it('the code for browsers does not load the texts of errors', () => {
    const { files } = readModuleGraph(join(folder, 'package/dist/next/client/FragmentOutput.js'))
    const paths = [...files].map((path) => relative(join(folder, 'package/dist'), path))
    expect(paths).toContain('core/errorDocs.js')
    expect(paths).not.toContain('core/errors.js')
  })

  it('the code for browsers does not load the parser of HTML', () => {
    const clients = published.filter(
      (path) => path.endsWith('.js') && /^['"]use client/.test(read(join(folder, 'package', path))),
    )
    expect(clients).toContain('dist/next/client/FragmentOutput.js')
    const loaders = clients.filter((path) =>
      readModuleGraph(join(folder, 'package', path)).packages.has('parse5'),
    )
    expect(loaders).toEqual([])
    expect(readModuleGraph(join(folder, 'package/dist/entries/next.js')).packages).toContain('parse5')
  })

  it('the settings of withContentCache name files of the package', async () => {
    const { withContentCache } = await import(join(folder, 'package/dist/entries/config.js'))
    const { cacheHandler, cacheHandlers } = withContentCache({})
    for (const path of [cacheHandler, cacheHandlers.default, cacheHandlers.remote])
      expect(existsSync(path), path).toBe(true)
  })

  it('the page of each error exists at the path in its message', () => {
    const site = join(folder, 'site')
    mkdirSync(join(site, 'node_modules'), { recursive: true })
    symlinkSync(join(folder, 'package'), join(site, 'node_modules/react-cache-content'))
    const { resolve: resolveFromSite } = createRequire(join(site, 'index.js'))
    for (const code of Object.keys(errors) as ErrorCode[]) {
      const { docs, message } = createContentCacheError(code, [])
      const page = /see (node_modules\/\S+)\]$/.exec(message)?.[1] ?? ''
      expect(existsSync(resolveFromSite(docs)), docs).toBe(true)
      expect(existsSync(join(site, page)), message).toBe(true)
    }
  })
})
