import { basename } from 'node:path'
import { parseSync, Visitor } from 'vite'
import { describe, expect, it } from 'vitest'
import { readSourceFiles } from './support/readSourceFiles.ts'

// What CONTRIBUTING says of names and sizes, as far as a program can tell.

/** Files named after what all of their exports are for, none of which is more than the others. */
const groups: Record<string, string> = {
  errorDocs: 'the text and the page of an error',
  fillLease: 'what a fill does with its lease',
  prerenderPasses: 'what passes over one page share',
  reactInternals: "React's private parts on the server",
  reactClientInternals: "React's private parts in browsers",
  indexCleanup: 'the scripts that mend the index',
  'react-server-dom-webpack.d': 'declares the types of a module of another project',
}

/** Functions of which one word says all, because it is a verb and its object is the only one there is. */
const verbs = ['connect', 'decide', 'expire', 'flush', 'inspect', 'pluralize']

interface Export {
  readonly name: string
  readonly isFunction: boolean
}

function exportsOf(path: string, source: string): Export[] {
  const found: Export[] = []
  const { program } = parseSync(path, source)
  new Visitor({
    ExportNamedDeclaration({ declaration, specifiers }) {
      for (const { exported } of specifiers)
        if (exported.type === 'Identifier') found.push({ name: exported.name, isFunction: false })
      if (declaration === null) return
      if (declaration.type === 'VariableDeclaration') {
        for (const { id, init } of declaration.declarations) {
          const isFunction = init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression'
          if (id.type === 'Identifier') found.push({ name: id.name, isFunction })
        }
      } else if ('id' in declaration && declaration.id?.type === 'Identifier') {
        const isFunction = declaration.type === 'FunctionDeclaration'
        found.push({ name: declaration.id.name, isFunction })
      }
    },
  }).visit(program)
  return found
}

describe('names in lib', () => {
  // An entry is named after its import, a page of exports; what is generated after its source.
  const files = readSourceFiles('lib', /\.tsx?$/).filter(({ path }) => !path.startsWith('lib/entries/'))

  it('a file is named after one of its exports', () => {
    const strays = files.flatMap(({ path, source }) => {
      const stem = basename(path).replace(/\.tsx?$/, '')
      const names = exportsOf(path, source).map(({ name }) => name.replaceAll('_', '').toLowerCase())
      const isNamed = [stem, `create${stem}`].some((name) => names.includes(name.toLowerCase()))
      return isNamed || stem in groups ? [] : [`${path}: ${names.join(', ')}`]
    })
    expect(strays).toEqual([])
  })

  it('an exported function is called by a verb, never by a participle or adjective', () => {
    const strays = files.flatMap(({ path, source }) =>
      exportsOf(path, source)
        .filter(({ name, isFunction }) => isFunction && !isVerb(name))
        .map(({ name }) => `${path}: ${name}`),
    )
    expect(strays).toEqual([])
  })

  /** A single word must be a verb that is known to be one; of several, the first may be no participle. */
  function isVerb(name: string): boolean {
    if (/^[A-Z]/.test(name)) return true // a component
    if (/^[a-z]+$/.test(name)) return verbs.includes(name)
    return !/^(?!embed|feed|need|seed)[a-z]+ed(?![a-z])/.test(name)
  }

  it.each(['found', 'settled', 'late', 'checkedRequest'])('%s would be noticed', (name) => {
    expect(isVerb(name)).toBe(false)
  })
})

/** A title that begins with one of these leaves its subject to the `describe` around it. */
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

  it('a test file has at most 500 lines, and is split by behaviour before that', () => {
    const sizes = files.map(({ path, source }) => ({ path, lines: source.split('\n').length - 1 }))
    expect(sizes.filter(({ lines }) => lines > 500)).toEqual([])
  })

  it("a test's title reads alone: its subject first, and at most 80 characters", () => {
    const titles = files
      .filter(({ path }) => /\.tsx?$/.test(path))
      .flatMap(({ path, source }) => titlesIn(path, source).map((title) => ({ path, title })))
    expect(titles.length).toBeGreaterThan(1_000)
    const unclear = titles.filter(
      ({ title }) => title.length > 80 || withoutSubject.has(title.split(/[ ,:]/)[0] ?? ''),
    )
    expect(unclear.map(({ path, title }) => `${path}: ${title}`)).toEqual([])
  })
})

/** What `it` and `test` are called with, values left out. */
function titlesIn(path: string, source: string): string[] {
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
