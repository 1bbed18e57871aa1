import { readdirSync } from 'node:fs'
import { posix } from 'node:path'

/** Lists the files under a folder whose names match. Skips packages and hidden folders, such as build output. */
export function listFiles(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name)
    if (entry.isDirectory()) return /^(\.|node_modules$)/.test(entry.name) ? [] : listFiles(path, pattern)
    return pattern.test(entry.name) ? [path] : []
  })
}
