// Writes lib/redis/lua.gen.ts from lib/redis/lua/*.lua: a bundled package cannot read files at run time.
// And, whole, what clients in other languages need of them: they run the same.
// A line `--@include part.lua` stands for that file; what begins with `_` is no script of its own.
//   node scripts/embed-lua.mjs --print     to stdout instead
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const folder = resolve(root, 'lib/redis/lua')

const CLIENTS = ['clients/django/react_cache_content/lua', 'clients/rails/lib/react_cache_content/lua']
const FOR_CLIENTS = [
  'commit',
  'enqueueRoutes',
  'expire',
  'markRoutesReady',
  'publish',
  'readClock',
  'refresh',
  'removeCaches',
]

const scripts = Object.fromEntries(
  readdirSync(folder)
    .filter((file) => file.endsWith('.lua') && !file.startsWith('_'))
    .sort()
    .map((file) => [file.replace(/\.lua$/, ''), read(file)]),
)

const embedded = Object.entries(scripts).map(([name, source]) => {
  const escaped = source.replace(/[\\`]|\$\{/g, '\\$&')
  return `export const ${name} = \`\n${escaped}\n\`\n`
})
const files = new Map([
  [
    'lib/redis/lua.gen.ts',
    `// Written by scripts/embed-lua.mjs from lua/*.lua; do not edit.\n\n${embedded.join('\n')}`,
  ],
])
for (const client of CLIENTS) {
  for (const name of FOR_CLIENTS) {
    files.set(
      `${client}/${name}.lua`,
      `-- Written by scripts/embed-lua.mjs from lib/redis/lua; do not edit.\n${scripts[name]}\n`,
    )
  }
}

if (process.argv.includes('--print')) process.stdout.write(JSON.stringify(Object.fromEntries(files)))
else for (const [path, text] of files) write(resolve(root, path), text)

function write(path, text) {
  // Untouched where nothing has changed: who watches the sources need not build anew.
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** Whole, with all that it includes. */
function read(file) {
  const source = readFileSync(resolve(folder, file), 'utf8').trimEnd()
  return source.replace(/^--@include (\S+)$/gm, (_, part) => read(part))
}
