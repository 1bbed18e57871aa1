import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseSync, Visitor } from 'vite'
import { describe, expect, it } from 'vitest'

// What CONTRIBUTING says of names and sizes, as far as a program can tell.

const filesIn = (folder: string, pattern: RegExp) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path).replaceAll('\\', '/'))
    .filter((path) => pattern.test(path) && !/node_modules|\.next|\.gen\./.test(path))
    .map((path) => ({ path, source: readFileSync(path, 'utf8') }))

/** Files named after what all of their exports are for, none of which is more than the others. */
const groups: Record<string, string> = {
  indexCleanup: 'the scripts that mend the index',
  rebuildQueue: 'the scripts of the queue of routes to rebuild',
  scripts: 'the scripts of the store',
  'react-server-dom-webpack.d': 'declares the types of a module of another project',
}

/** Functions of which one word says all, because it is a verb and its object is the only one there is. */
const verbs = ['connect', 'expire', 'flush', 'inspect', 'pluralize']

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
  const files = filesIn('lib', /\.tsx?$/).filter(({ path }) => !path.startsWith('lib/entries/'))

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

describe('test files', () => {
  const files = filesIn('test', /\.(tsx?|mjs|cjs|py|rb)$/)

  it('a test file has at most 500 lines, and is split by behaviour before that', () => {
    const sizes = files.map(({ path, source }) => ({ path, lines: source.split('\n').length - 1 }))
    expect(sizes.filter(({ lines }) => lines > 500)).toEqual([])
  })
})
