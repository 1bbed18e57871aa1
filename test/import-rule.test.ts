import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { parseSync, Visitor } from 'vite'
import { describe, expect, it } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }

/** A layer is a folder. The most specific layer of a file decides its allowed imports. */
type Layer = { layers: string[]; packages: string[] }

// Builtins without I/O are allowed in all of lib/.
const builtins = ['async_hooks', 'buffer', 'crypto', 'events', 'perf_hooks', 'util', 'zlib'].map(
  (name) => `node:${name}`,
)

const layers: Record<string, Layer> = {
  'lib/core': { layers: [], packages: ['lru-cache'] },
  // Formats of other programs. Only a host that writes them imports them.
  'lib/formats': { layers: [], packages: [] },
  'lib/memory': { layers: ['lib/core'], packages: [] },
  'lib/redis': { layers: ['lib/core'], packages: ['ioredis'] },
  'lib/react': { layers: ['lib/core', 'lib/react/rawHtml'], packages: ['react'] },
  // A parser is too large for a browser.
  'lib/react/rawHtml': { layers: ['lib/react'], packages: ['react', 'parse5'] },
  'lib/next': {
    layers: [
      ...['lib/core', 'lib/formats', 'lib/messages', 'lib/react'],
      ...['lib/next/internals', 'lib/next/prerender', 'lib/next/handlers'],
    ],
    // The cluster module shows whether this process is one of several.
    packages: ['react', 'react-dom', 'next', 'lru-cache', 'leven', 'node:cluster'],
  },
  'lib/next/prerender': {
    layers: ['lib/core', 'lib/react', 'lib/react/rawHtml', 'lib/next', 'lib/next/internals'],
    packages: ['react', 'lru-cache'],
  },
  'lib/next/handlers': {
    layers: ['lib/core', 'lib/next', 'lib/next/internals'],
    packages: ['lru-cache'],
  },
  'lib/next/internals': {
    layers: ['lib/core', 'lib/react'],
    // The files that Next has compiled show when code has changed.
    packages: [
      'react',
      'react-dom',
      'next',
      'next/dist',
      'react-server-dom-webpack',
      'node:fs',
      'node:fs/promises',
      'node:path',
    ],
  },
  'lib/testing': { layers: ['lib/core', 'lib/memory', 'lib/react'], packages: ['react', 'react-dom'] },
  'lib/messages': { layers: ['lib/core'], packages: ['zod'] },
  'lib/worker': {
    layers: ['lib/core', 'lib/redis', 'lib/messages'],
    packages: ['ioredis', 'node:http', 'node:os'],
  },
  'lib/cli': {
    layers: ['lib/core', 'lib/redis', 'lib/messages', 'lib/worker'],
    packages: [
      ...['ioredis', 'commander', 'cli-progress', 'picocolors', 'pino', 'pretty-bytes', 'pretty-ms'],
      ...['node:fs', 'node:readline'],
    ],
  },
  'lib/entries': { layers: ['lib'], packages: ['node:url'] },
}

// Private modules of frameworks change between versions, so only one folder may import them.
const privatePackages = ['next/dist', 'react-server-dom-webpack']

// These use the package like its users.
const outsiders = ['app', 'bench']

const publicEntries = Object.keys(packageJson.exports).map((path) => posix.join(packageJson.name, path))

type SourceFile = { path: string; source: string }

/** Returns the specifiers of all imports, re-exports and imported types. `<computed>` stands for computed ones. */
function findImports({ path, source }: SourceFile): string[] {
  const specifiers: string[] = []
  const add = (node: { type: string; value?: unknown } | null) => {
    if (node) specifiers.push(typeof node.value === 'string' ? node.value : '<computed>')
  }
  const { program, errors } = parseSync(path, source)
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`)
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
    CallExpression: ({ callee, arguments: [argument] }) => {
      if (callee.type === 'Identifier' && callee.name === 'require' && argument) add(argument)
    },
  }).visit(program)
  return specifiers
}

const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)

const mostSpecific = (path: string, folders: string[]) =>
  folders.filter((folder) => isIn(path, folder)).sort((a, b) => b.length - a.length)[0]

/** Returns the path in lib that a specifier means, if it means one. */
function resolveInLib(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return resolveRelative(from, specifier)
  const imported = (packageJson.imports as Record<string, { default: string } | undefined>)[specifier]
  return imported?.default.replace(/^\.\/dist\/(.*)\.js$/, 'lib/$1.ts')
}

const resolveRelative = (from: string, specifier: string) => posix.join(posix.dirname(from), specifier)

function mayImport(path: string, specifier: string): boolean {
  const target = resolveInLib(path, specifier)
  const outsider = mostSpecific(path, outsiders)
  if (outsider) {
    if (target) return isIn(target, outsider) || !['lib', 'dist', 'test'].some((dir) => isIn(target, dir))
    return !isIn(specifier, packageJson.name) || publicEntries.includes(specifier)
  }
  const layerName = mostSpecific(path, Object.keys(layers))
  const layer = layerName && layers[layerName]
  if (!layer) return false
  if (target) {
    const targetLayer = mostSpecific(target, Object.keys(layers))
    return [layerName, ...layer.layers].some((allowed) => allowed === 'lib' || allowed === targetLayer)
  }
  if (builtins.includes(specifier)) return true
  const privatePackage = mostSpecific(specifier, privatePackages)
  if (privatePackage) return layer.packages.includes(privatePackage)
  return mostSpecific(specifier, layer.packages) !== undefined
}

const findViolations = (file: SourceFile) =>
  findImports(file)
    .filter((specifier) => !mayImport(file.path, specifier))
    .map((specifier) => `${file.path} imports ${specifier}`)

/** Returns the files of the first import cycle. Type-only imports count too. */
function findCycle(files: SourceFile[]): string[] | undefined {
  const graph = new Map(
    files.map((file) => [
      file.path,
      findImports(file)
        .map((specifier) => resolveInLib(file.path, specifier))
        .filter((target) => target !== undefined),
    ]),
  )
  const done = new Set<string>()
  const walk = (path: string, trail: string[]): string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (done.has(path)) return undefined
    for (const target of graph.get(path) ?? []) {
      const cycle = walk(target, [...trail, path])
      if (cycle) return cycle
    }
    done.add(path)
    return undefined
  }
  for (const path of graph.keys()) {
    const cycle = walk(path, [])
    if (cycle) return cycle
  }
  return undefined
}

function readSources(folder: string): SourceFile[] {
  let paths: string[]
  try {
    paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch {
    return [] // bench/ does not exist in every version
  }
  return paths
    .map((path) => join(folder, path).replaceAll('\\', '/'))
    .filter((path) => /\.(ts|tsx|mts|mjs|js)$/.test(path))
    .map((path) => ({ path, source: readFileSync(path, 'utf8') }))
}

const lib = readSources('lib')

describe('the import rule', () => {
  it('every file of lib, app and bench keeps the import rule', () => {
    expect(lib).not.toHaveLength(0)
    expect([...lib, ...outsiders.flatMap(readSources)].flatMap(findViolations)).toEqual([])
  })

  it.each([
    ['lib/core/a.ts', 'react'],
    ['lib/core/a.ts', 'node:fs'],
    ['lib/core/a.ts', '../memory/memoryStore.ts'],
    ['lib/core/a.ts', '../formats/encodePickle.ts'],
    ['lib/memory/a.ts', '../react/CacheContent.tsx'],
    ['lib/redis/a.ts', '../memory/memoryStore.ts'],
    ['lib/react/a.tsx', 'next/headers.js'],
    ['lib/react/compaction/a.ts', 'parse5'],
    ['lib/next/a.tsx', 'next/dist/server/web/exports/index.js'],
    ['lib/next/a.tsx', 'react-server-dom-webpack/server'],
    ['lib/next/a.tsx', 'nextish'],
    ['lib/next/internals/a.ts', '../nextHost.ts'],
    ['lib/worker/a.ts', '../next/CacheContent.tsx'],
    ['lib/somewhere-new/a.ts', '../core/key.ts'],
    ['app/page.tsx', '../lib/entries/next.ts'],
    ['app/page.tsx', 'react-cache-content/dist/entries/next.js'],
    ['bench/a.ts', '../dist/entries/core.js'],
  ])('the check refuses an import in %s of %s', (path, specifier) => {
    expect(findViolations({ path, source: `import '${specifier}'` })).toEqual([
      `${path} imports ${specifier}`,
    ])
  })

  it.each([
    ['lib/core/a.ts', 'node:async_hooks'],
    ['lib/next/internals/flight.ts', 'react-server-dom-webpack/server'],
    ['lib/next/a.tsx', './internals/flight.ts'],
    ['lib/entries/next.ts', '../next/CacheContent.tsx'],
    ['app/films/page.tsx', '../_data/films.ts'],
    ['app/films/page.tsx', 'react-cache-content/next'],
    ['app/films/page.tsx', '@libsql/client'],
  ])('the check accepts an import in %s of %s', (path, specifier) => {
    expect(findViolations({ path, source: `import '${specifier}'` })).toEqual([])
  })

  it.each([
    `import type { A } from 'react'`,
    `export * from 'react'`,
    `export type { A } from 'react'`,
    `const a = await import('react')`,
    `type A = import('react').FC`,
    `require('react')`,
  ])('the check finds the import in %s', (source) => {
    expect(findImports({ path: 'lib/core/a.ts', source })).toEqual(['react'])
  })

  it('the check refuses an import with a computed specifier', () => {
    const source = 'const name = "react"; await import(name)'
    expect(findViolations({ path: 'lib/core/a.ts', source })).toEqual(['lib/core/a.ts imports <computed>'])
  })
})

describe('import cycles', () => {
  it('no import cycle exists in lib', () => {
    expect(findCycle(lib) ?? []).toEqual([])
  })

  it('the check finds an import cycle with a type-only import', () => {
    const files = [
      { path: 'lib/core/a.ts', source: `import type { B } from './b.ts'` },
      { path: 'lib/core/b.ts', source: `import './deep/c.ts'` },
      { path: 'lib/core/deep/c.ts', source: `export * from '../a.ts'` },
    ]
    expect(findCycle(files)).toEqual([
      'lib/core/a.ts',
      'lib/core/b.ts',
      'lib/core/deep/c.ts',
      'lib/core/a.ts',
    ])
  })
})

describe('file sizes in lib', () => {
  const written = lib.filter(({ path }) => !path.endsWith('.gen.ts'))
  const sizes = written.map(({ path, source }) => ({ path, lines: source.split('\n').length - 1 }))

  it('a file in lib has at most 300 lines', () => {
    expect(sizes.filter(({ lines }) => lines > 300)).toEqual([])
  })

  it('the median size in lib is at most 110 lines', () => {
    const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(110)
  })
})
