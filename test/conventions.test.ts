import { basename } from 'node:path'
import { parseSync, Visitor } from 'vite'
import { describe, expect, it } from 'vitest'
import { readSourceFiles } from './support/readSourceFiles.ts'

// The rules of CONTRIBUTING.md about names and sizes that a program can check.

/** Files named after the common purpose of their exports, because no export is the main one. */
const groups: Record<string, string> = {
  decodedTreeCache: 'the decoded trees that a store keeps beside a payload',
  errorDocs: 'the message and the page of an error',
  joinHtml: 'the HTML of a tree, with and without its outermost elements',
  mapContainer: 'the items of lists, records and collections',
  fillLease: 'the steps of a fill that use its lease',
  prerenderPasses: 'the state that passes over one page share',
  reactInternals: "React's private parts",
  reactServerInternals: "React's private parts in server components",
  reactClientInternals: "React's private parts in browsers",
  'react-server-dom-webpack.d': 'the types of a module of another project',
  'loadDocumentRendererModule.d': 'the types of an import that package.json defines',
  'routerLinksModule.d': 'the types of an import that package.json defines',
}

/** Functions with one word as a name: a verb whose object is clear. */
const verbs = ['connect', 'decide', 'expire', 'flush', 'inspect', 'pluralize']

interface Export {
  readonly name: string
  readonly isFunction: boolean
}

function findExports(path: string, source: string): Export[] {
  const exports: Export[] = []
  const { program } = parseSync(path, source)
  new Visitor({
    ExportNamedDeclaration({ declaration, specifiers }) {
      for (const { exported } of specifiers)
        if (exported.type === 'Identifier') exports.push({ name: exported.name, isFunction: false })
      if (declaration === null) return
      if (declaration.type === 'VariableDeclaration') {
        for (const { id, init } of declaration.declarations) {
          const isFunction = init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression'
          if (id.type === 'Identifier') exports.push({ name: id.name, isFunction })
        }
      } else if ('id' in declaration && declaration.id?.type === 'Identifier') {
        const isFunction = declaration.type === 'FunctionDeclaration'
        exports.push({ name: declaration.id.name, isFunction })
      }
    },
  }).visit(program)
  return exports
}

describe('names in lib', () => {
  // Entries are named after their imports. Generated files are left out.
  const files = readSourceFiles('lib', /\.tsx?$/).filter(({ path }) => !path.startsWith('lib/entries/'))

  it('a file is named after one of its exports', () => {
    const violations = files.flatMap(({ path, source }) => {
      const stem = basename(path).replace(/(?:\.browser)?\.tsx?$/, '')
      const names = findExports(path, source).map(({ name }) => name.replaceAll('_', '').toLowerCase())
      const isNamed = [stem, `create${stem}`].some((name) => names.includes(name.toLowerCase()))
      return isNamed || stem in groups ? [] : [`${path}: ${names.join(', ')}`]
    })
    expect(violations).toEqual([])
  })

  it('every group is a file', () => {
    const stems = files.map(({ path }) => basename(path).replace(/\.tsx?$/, ''))
    expect(Object.keys(groups).filter((stem) => !stems.includes(stem))).toEqual([])
  })

  it('a link in a comment names an identifier of its file', () => {
    const deadLinks = files.flatMap(({ path, source }) =>
      [...source.matchAll(/\{@link (\w+)/g)]
        .map(([, name = '']) => name)
        .filter((name) => !new RegExp(`(?<!@link )\\b${name}\\b`).test(source))
        .map((name) => `${path}: ${name}`),
    )
    expect(deadLinks).toEqual([])
  })

  it('an exported function has a verb as its name, no participle or adjective', () => {
    const violations = files.flatMap(({ path, source }) =>
      findExports(path, source)
        .filter(({ name, isFunction }) => isFunction && !isVerb(name))
        .map(({ name }) => `${path}: ${name}`),
    )
    expect(violations).toEqual([])
  })

  /** A single word must be in the list of verbs. Of several words, the first must not be a participle. */
  function isVerb(name: string): boolean {
    if (/^[A-Z]/.test(name)) return true // a component
    if (/^[a-z]+$/.test(name)) return verbs.includes(name)
    return !/^(?!embed|feed|need|seed)[a-z]+ed(?![a-z])/.test(name)
  }

  it.each(['found', 'settled', 'late', 'checkedRequest'])('the check finds %s', (name) => {
    expect(isVerb(name)).toBe(false)
  })
})

/** A title that begins with one of these words has no subject without its `describe`. */
const withoutSubject = new Set(
  (
    'accepts adds allows answers appears are arrives asks becomes begins belongs brings builds calls ' +
    'can cannot carries changes checks collects comes compares connects corrects costs counts covers ' +
    'dates deals decodes delivers depends differs do does draws drops encodes ends escapes examines ' +
    'expires exports fails fills finds fits follows forgets gets gives goes grows had hands has have ' +
    'hears helps hides hits holds ignores inherits is joins keeps knows lasts leads leaves lets ' +
    'limits lists lives loads logs looks loses makes mark marks matches may means meets must names ' +
    'needs neither never notices offers opens passes pays prints puts queues reaches reads receives ' +
    'refuses registers rejects releases removes renders replaces reports requeues resolves returns ' +
    'runs says sees sends serves shares should shows skips stands starts stays still stops stores ' +
    'stream streams survives tags takes tells ties tracks treats trusts tries turns uses waits wakes ' +
    'warns was were will works would writes after also although and as at before but by for from ' +
    'given in it its not nor of on once or so than that their them then there they to twice until ' +
    'when where which while who with without'
  ).split(' '),
)

describe('test files', () => {
  const files = readSourceFiles('test', /\.(tsx?|mjs|cjs|py|rb)$/)

  it('a test file has at most 500 lines', () => {
    const sizes = files.map(({ path, source }) => ({ path, lines: source.split('\n').length - 1 }))
    expect(sizes.filter(({ lines }) => lines > 500)).toEqual([])
  })

  it("a test's title begins with its subject and has at most 80 characters", () => {
    const titles = files
      .filter(({ path }) => /\.tsx?$/.test(path))
      .flatMap(({ path, source }) => findTitles(path, source).map((title) => ({ path, title })))
    expect(titles.length).toBeGreaterThan(1_000)
    const unclear = titles.filter(
      ({ title }) => title.length > 80 || withoutSubject.has(title.split(/[ ,:]/)[0] ?? ''),
    )
    expect(unclear.map(({ path, title }) => `${path}: ${title}`)).toEqual([])
  })
})

/** Returns the titles of `it` and `test`, without interpolated values. */
function findTitles(path: string, source: string): string[] {
  const titles: string[] = []
  new Visitor({
    CallExpression({ callee, arguments: [title] }) {
      let root = callee
      while (root.type === 'MemberExpression' || root.type === 'CallExpression')
        root = root.type === 'MemberExpression' ? root.object : root.callee
      if (root.type !== 'Identifier' || !['it', 'test'].includes(root.name)) return
      if (title?.type === 'Literal' && typeof title.value === 'string') titles.push(title.value)
      if (title?.type === 'TemplateLiteral') titles.push(title.quasis.map(({ value }) => value.raw).join(''))
    },
  }).visit(parseSync(path, source).program)
  return titles
}
