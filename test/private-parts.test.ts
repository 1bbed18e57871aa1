import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync, Visitor } from 'vite'
import { describe, expect, it } from 'vitest'

// Next keeps its stores private and changes them between versions. Only lib/next/internals/ may read their fields. To other
// files they are opaque types, so TypeScript forbids their fields. This test forbids the ways around the types. Only three
// files may name React's private fields.

const INTERNALS = 'lib/next/internals/'

/** Names of the types with Next's fields. */
const RAW_NAMES = ['WorkStore', 'RenderUnitStore', 'WorkUnitStore', 'PublicUseCacheStore']
const OPENERS = ['openWork', 'openUnit', 'workAsyncStorage', 'workUnitAsyncStorage']
/** Digests of Next's errors, and kinds of its units. */
const NEXT_VALUES =
  /NEXT_(?:REDIRECT|HTTP_ERROR_FALLBACK|PRERENDER_INTERRUPTED|STATIC_GEN_BAILOUT)|BAILOUT_TO_CLIENT_SIDE_RENDERING|DYNAMIC_SERVER_USAGE|HANGING_PROMISE_REJECTION|^(?:unstable-cache|private-cache|prerender(?:-[a-z]+)?)$/
const STORES = ['work', 'workStore', 'unit', 'renderUnit', 'workUnit', 'workUnitStore']

function findPrivateUses(source: string, path = 'file.ts'): string[] {
  const uses: string[] = []
  const { program, errors } = parseSync(path, source)
  if (errors[0]) throw new Error(errors[0].message)
  new Visitor({
    ImportSpecifier({ imported }) {
      const name = imported.type === 'Identifier' ? imported.name : imported.value
      if ([...RAW_NAMES, ...OPENERS].includes(name)) uses.push(name)
    },
    MemberExpression({ object, property }) {
      if (object.type !== 'Identifier' || !STORES.includes(object.name)) return
      uses.push(`${object.name}.${property.type === 'Identifier' ? property.name : '<computed>'}`)
    },
    VariableDeclarator({ id, init }) {
      if (id.type === 'ObjectPattern' && init?.type === 'Identifier' && STORES.includes(init.name))
        uses.push(`{ … } = ${init.name}`)
    },
    Literal(node) {
      const text = 'regex' in node ? node.regex.pattern : node.value
      const match = typeof text === 'string' ? NEXT_VALUES.exec(text) : null
      if (match) uses.push(match[0])
    },
    CallExpression({ callee, arguments: [argument] }) {
      const isSymbolFor =
        callee.type === 'MemberExpression' &&
        callee.object.type === 'Identifier' &&
        callee.object.name === 'Symbol'
      const value = isSymbolFor && argument?.type === 'Literal' ? argument.value : undefined
      if (typeof value === 'string' && value.startsWith('next.')) uses.push(value)
    },
  }).visit(program)
  return uses
}

const REACT_INTERNALS = [
  'reactInternals.ts',
  'reactServerInternals.ts',
  'reactClientInternals.ts',
  'runWithHooks.ts',
].map((file) => `lib/react/${file}`)
const REACT_FIELDS = ['_init', '_payload', '_store', '$$typeof', '$$id']

function findReactUses(source: string, path = 'file.ts'): string[] {
  const uses: string[] = []
  new Visitor({
    Identifier({ name }) {
      if (REACT_FIELDS.includes(name) || name.startsWith('__CLIENT_INTERNALS')) uses.push(name)
    },
    Literal({ value }) {
      if (typeof value === 'string' && (REACT_FIELDS.includes(value) || /^react\.\w/.test(value)))
        uses.push(value)
    },
  }).visit(parseSync(path, source).program)
  return uses
}

const listFiles = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path).replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path))
const files = listFiles('lib/next').filter((path) => !path.startsWith(INTERNALS))

describe("Next's private parts", () => {
  it("Next's private parts are used in lib/next/internals/ only", () => {
    expect(files.length).toBeGreaterThan(30)
    const uses = files.flatMap((path) =>
      findPrivateUses(readFileSync(path, 'utf8'), path).map((use) => `${path} uses ${use}`),
    )
    expect(uses).toEqual([])
  })

  it.each([
    ['work.route', 'const { work } = context; read(work.route)'],
    ['workStore.route', 'const route = workStore.route'],
    ['workStore.route', 'const { workStore } = context; read(workStore?.route)'],
    ['unit.tags', 'unit.tags = [...(tags ?? [])]'],
    ['{ … } = unit', 'const { tags } = unit'],
    ['WorkStore', "import type { WorkStore } from './internals/nextWork.ts'"],
    ['openWork', "import { openWork as open } from './internals/nextWork.ts'"],
    ['workUnitAsyncStorage', "import { workUnitAsyncStorage } from './internals/workAsyncStorage.ts'"],
    ['NEXT_REDIRECT', 'const isRedirect = /^NEXT_REDIRECT\\b/.test(digest)'],
    ['DYNAMIC_SERVER_USAGE', "const isDynamic = digest === 'DYNAMIC_SERVER_USAGE'"],
    ['unstable-cache', "const isIgnored = cache.type === 'unstable-cache'"],
    ['next.server.manifests', "const key = Symbol.for('next.server.manifests')"],
  ])("the check finds a use of Next's private parts: %s", (use, source) => {
    expect(findPrivateUses(source)).toContain(use)
  })

  it("Next's private parts may be passed on", () => {
    const source = "import type { NextWork } from './internals/nextWork.ts'; serve(unit, workStore)"
    expect(findPrivateUses(source)).toEqual([])
  })

  it("Next's private parts have opaque types without fields", () => {
    const source = readFileSync(`${INTERNALS}nextWork.ts`, 'utf8')
    expect(source).toMatch(/export interface NextWork \{\n {2}readonly \[opaque\]: 'work'\n\}/)
    expect(readFileSync(`${INTERNALS}renderUnit.ts`, 'utf8')).toMatch(
      /export interface RenderUnit \{\n {2}readonly \[opaque\]: 'unit'\n\}/,
    )
  })
})

describe("React's private parts", () => {
  it("React's private parts are used only in the files for its internals", () => {
    const uses = listFiles('lib')
      .filter((path) => !REACT_INTERNALS.includes(path))
      .flatMap((path) => findReactUses(readFileSync(path, 'utf8'), path).map((use) => `${path} uses ${use}`))
    expect(uses).toEqual([])
  })

  it.each([
    ['_init', "'_init' in node"],
    ['_payload', 'const { _payload } = lazy'],
    ['$$typeof', 'node.$$typeof === LAZY'],
    ['react.lazy', "const LAZY = Symbol.for('react.lazy')"],
  ])("the check finds a use of React's private parts: %s", (use, source) => {
    expect(findReactUses(source)).toContain(use)
  })
})
