import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { WorkStore } from './storages.ts'

const stamps = new WeakMap<WorkStore, string>()

/**
 * Changes whenever `next dev` has compiled anything anew: the newest of its output files, and how many there
 * are. The build id stays the same in development, and modules are not all evaluated again after an edit, so
 * the files are what tells. Read once per request.
 */
export function devCodeStamp(workStore: WorkStore): string {
  let stamp = stamps.get(workStore)
  if (stamp === undefined) {
    stamp = stampOf(serverDirectory())
    stamps.set(workStore, stamp)
  }
  return stamp
}

/** Turbopack runs this very code from a chunk in that directory; webpack hides its files behind `eval`. */
function serverDirectory(): string {
  const chunk = /(?:file:\/\/)?((?:\/|[A-Za-z]:\\)[^\s()]*?[\\/]server)[\\/]chunks[\\/]/.exec(
    new Error().stack ?? '',
  )
  return chunk?.[1] ? decodeURI(chunk[1]) : join(process.cwd(), '.next', 'dev', 'server')
}

function stampOf(directory: string): string {
  let newest = 0
  let count = 0
  for (const part of ['app', 'chunks']) {
    for (const file of filesIn(join(directory, part))) {
      if (!file.endsWith('.js')) continue
      count++
      newest = Math.max(newest, modified(join(directory, part, file)))
    }
  }
  return `${count}:${newest}`
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' })
  } catch {
    return []
  }
}

/** 0 for a file that the compiler has just replaced. */
function modified(file: string): number {
  try {
    return statSync(file).mtimeMs
  } catch {
    return 0
  }
}
