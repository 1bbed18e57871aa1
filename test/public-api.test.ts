import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { type Declaration, readDeclarations } from './support/declarations.ts'

const entries = ['next', 'memory', 'redis', 'core', 'config', 'testing', 'worker']
/** Files whose path is a setting of Next. Their interface is Next's. */
const handlers = ['cache-handler', 'use-cache-handler']

const folder = mkdtempSync(join(tmpdir(), 'declarations-'))
const declarations = new Map<string, Map<string, Declaration>>()

// Emits the declarations again, because dist/ may be older than lib/.
beforeAll(() => {
  const options = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', folder]
  execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options])
  for (const entry of entries)
    declarations.set(entry, readDeclarations(join(folder, `entries/${entry}.d.ts`)))
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function getDeclarations(entry: string): Map<string, Declaration> {
  const entryDeclarations = declarations.get(entry)
  if (entryDeclarations === undefined) throw new Error(`no declarations of ${entry}`)
  return entryDeclarations
}

it('the package has these entries', () => {
  const paths = Object.keys(packageJson.exports).filter((path) => !/\.(json|md)$/.test(path))
  expect(paths.sort()).toEqual([...entries, ...handlers].map((entry) => `./${entry}`).sort())
})

describe.each(entries)('/%s', (entry) => {
  // A change of the snapshot is a change for users, and belongs in CHANGELOG.md.
  it('an entry matches its snapshot of the public API', async () => {
    const sections = [...getDeclarations(entry)].map(
      ([name, { kind, text }]) => `## ${kind} ${name}\n${text}\n`,
    )
    await expect(sections.join('\n')).toMatchFileSnapshot(`__snapshots__/public-api/${entry}.txt`)
  })

  it('an entry has the same values at run time as in its declarations', async () => {
    const module: object = await import(`../lib/entries/${entry}.ts`)
    const values = [...getDeclarations(entry)].filter(
      ([, { kind }]) => kind === 'const' || kind === 'function',
    )
    expect(Object.keys(module).sort()).toEqual(values.map(([name]) => name).sort())
  })

  it('each export of an entry has a comment', () => {
    const undocumented = [...getDeclarations(entry)].filter(([, { comment }]) => comment === '')
    expect(undocumented.map(([name]) => name)).toEqual([])
  })

  it('an entry exports each type that its exports mention', () => {
    // Only authors of a store need the parts of the contract, and /core exports them.
    const all = [...getDeclarations(entry)].filter(([name]) => name !== 'FragmentStore' || entry === 'core')
    const ids = new Set([...getDeclarations(entry).values()].map(({ id }) => id))
    const missing = all.flatMap(([name, { mentions }]) =>
      mentions.filter((id) => !ids.has(id)).map((id) => `${name} mentions ${id.slice(folder.length + 1)}`),
    )
    expect(missing).toEqual([])
  })
})

it.each([
  ['next', ['ContentCache', 'ContentComponents']],
  ['core', ['ContentClient']],
])('the functions of /%s have the same comments as the members of %j', (entry, interfaces) => {
  const exports = getDeclarations(entry)
  const members = interfaces.flatMap((name) => [...(exports.get(name)?.members ?? [])])
  expect(members).not.toEqual([])
  for (const [name, comment] of members) expect([name, exports.get(name)?.comment]).toEqual([name, comment])
})
