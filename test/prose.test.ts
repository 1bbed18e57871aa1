import { readFileSync } from 'node:fs'
import { parseSync, Visitor } from 'vite'
import { expect, it } from 'vitest'
import { readSourceFiles } from './support/readSourceFiles.ts'

// Checks the words that "Prose" in CONTRIBUTING.md leaves out, in comments, titles and texts of code. test/docs.test.ts
// checks the pages.

const omittedWords =
  /\b(anew|once more|of late|meanwhile|nobody|somebody|whoever|save that|(?:is|are|was|were|be|been) told|hears? of|knows? nothing|another time|the same of|he|his|him)\b/gi

const folders = ['lib', 'app', 'bench', 'clients', 'scripts', 'test']
const rootFiles = ['vitest.config.ts', 'next.config.mjs', 'instrumentation.ts']

it.each([
  ['comments and titles of TypeScript and JavaScript', /\.(tsx?|mjs|cjs)$/, readScriptProse],
  ['comments of Python and Ruby', /\.(py|rb|gemspec)$/, readHashComments],
  ['comments of Lua', /\.lua$/, readDashComments],
] as const)('no omitted word is in %s', (_, pattern, readProse) => {
  // The Lua scripts in clients/ are copies of the scripts in lib/.
  const files = folders
    .flatMap((folder) => readSourceFiles(folder, pattern))
    .concat(
      rootFiles
        .filter((path) => pattern.test(path))
        .map((path) => ({ path, source: readFileSync(path, 'utf8') })),
    )
    .filter(({ path }) => !/^clients\/.*\/lua\//.test(path))
  expect(files.length).toBeGreaterThan(10)
  const uses = files.flatMap(({ path, source }) => {
    const words = readProse(path, source).flatMap((text) => {
      return text.replace(/`[^`]*`/g, '').match(omittedWords) ?? []
    })
    return words.length === 0 ? [] : [`${path}: ${words.join(', ')}`]
  })
  expect(uses).toEqual([])
})

/** Returns the comments, the titles of tests, and for lib the texts of more than one word. */
function readScriptProse(path: string, source: string): string[] {
  const { program, comments } = parseSync(path, source)
  const texts = comments.map(({ value }) => value)
  const titles = new Set(['it', 'test', 'describe'])
  new Visitor({
    CallExpression({ callee, arguments: [title] }) {
      let root = callee
      while (root.type === 'MemberExpression' || root.type === 'CallExpression')
        root = root.type === 'MemberExpression' ? root.object : root.callee
      if (root.type !== 'Identifier' || !titles.has(root.name) || !title) return
      texts.push(source.slice(title.start, title.end).replaceAll('`', ''))
    },
    Literal({ value }) {
      if (path.startsWith('lib/') && typeof value === 'string' && value.includes(' ')) texts.push(value)
    },
  }).visit(program)
  return texts
}

function readHashComments(_: string, source: string): string[] {
  return [
    ...[...source.matchAll(/^\s*#(.*)$/gm)].map(([, text = '']) => text),
    ...[...source.matchAll(/"""([\s\S]*?)"""/g)].map(([, text = '']) => text),
  ]
}

function readDashComments(_: string, source: string): string[] {
  return [...source.matchAll(/--(.*)$/gm)].map(([, text = '']) => text)
}
