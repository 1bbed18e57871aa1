import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { serverDirectory } from './serverDirectory.ts'
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
    stamp = stampOf(serverDirectory('.next', 'dev', 'server'))
    stamps.set(workStore, stamp)
  }
  return stamp
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
