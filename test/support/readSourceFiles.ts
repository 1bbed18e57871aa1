import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SourceFile {
  readonly path: string
  readonly source: string
}

/** Reads the files of a folder whose paths match. Leaves out installed, built and generated files. */
export function readSourceFiles(folder: string, pattern: RegExp): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path).replaceAll('\\', '/'))
    .filter((path) => pattern.test(path) && !/node_modules|\.next|[._]gen\./.test(path))
    .map((path) => ({ path, source: readFileSync(path, 'utf8') }))
}
