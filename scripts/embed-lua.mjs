// Writes lib/redis/lua.gen.ts from lib/redis/lua/*.lua, because a bundled package cannot read files at run time.
// The clients in other languages run the same scripts. Each gets complete copies of the scripts that it needs.
//
// `--@include part.lua`   is replaced by that file. A file whose name begins with `_` is only included.
// `--@constant NAME`      is replaced by a local with the value from protocol.json
//
//   node scripts/embed-lua.mjs --print     prints the files and writes none
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { writeGenerated } from './writeGenerated.mjs'

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

/** This library commits several entries at a time. */
const ONLY_FOR_CLIENTS = ['commit']

const { sections } = JSON.parse(readFileSync(resolve(root, 'protocol.json'), 'utf8'))
const constants = new Map(
  sections.flatMap((section) => section.constants.map(({ name, value }) => [name, value])),
)

const scripts = Object.fromEntries(
  readdirSync(folder)
    .filter((file) => file.endsWith('.lua') && !file.startsWith('_'))
    .sort()
    .map((file) => [file.replace(/\.lua$/, ''), readScript(file)]),
)

const embeddedScripts = Object.entries(scripts).filter(([name]) => !ONLY_FOR_CLIENTS.includes(name))
const embedded = embeddedScripts.map(([name, source]) => {
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

writeGenerated(files)

/** Returns a script with its included files and its constants. */
function readScript(file) {
  const source = readFileSync(resolve(folder, file), 'utf8').trimEnd()
  return source
    .replace(/^--@include (\S+)$/gm, (_, part) => readScript(part))
    .replace(/^--@constant (\S+)$/gm, (_, name) => {
      const value = constants.get(name)
      if (typeof value !== 'number' && typeof value !== 'string')
        throw new Error(`${file}: protocol.json has no number or text ${name}`)
      return `local ${name} = ${typeof value === 'string' ? `'${value}'` : value}`
    })
}
