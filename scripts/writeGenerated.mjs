import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

/**
 * Writes generated files, or with the argument `--print` their paths and texts to stdout, as a JSON object.
 *
 * @param files Map of the path, relative to the root of the project, to the text
 */
export function writeGenerated(files) {
  if (process.argv.includes('--print')) {
    process.stdout.write(JSON.stringify(Object.fromEntries(files)))
    return
  }
  for (const [path, text] of files) writeIfChanged(resolve(root, path), text)
}

/** Leaves an unchanged file untouched, so that no watcher starts a build. */
function writeIfChanged(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
