import { randomUUID } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { getServerDirectory } from './getClientAssetsId.ts'
import type { NextWork } from './nextWork.ts'

const stamps = new WeakMap<NextWork, string>()

/**
 * A request that is in progress while the compiler writes its output still runs the code from before. For this time
 * after a compilation each request gets a stamp of its own. Otherwise that request would store old output as output of
 * the new code.
 */
const SETTLING_TIME_MS = 1_000

/**
 * A stamp that changes whenever `next dev` has compiled: the modification time of its newest output file, and the
 * number of files. The build id stays the same in development, and an edit does not evaluate all modules again. So only
 * the files identify the code. Read once per request.
 */
export function getDevBuildStamp(work: NextWork): string {
  let stamp = stamps.get(work)
  if (stamp === undefined) {
    stamp = computeStamp(getServerDirectory('.next', 'dev', 'server'))
    stamps.set(work, stamp)
  }
  return stamp
}

function computeStamp(directory: string): string {
  let newest = 0
  let count = 0
  for (const part of ['app', 'chunks']) {
    for (const file of listFiles(join(directory, part))) {
      if (!file.endsWith('.js')) continue
      count++
      newest = Math.max(newest, getMtime(join(directory, part, file)))
    }
  }
  const stamp = `${count}:${newest}`
  return Math.abs(Date.now() - newest) < SETTLING_TIME_MS ? `${stamp}:${randomUUID()}` : stamp
}

function listFiles(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' })
  } catch {
    return []
  }
}

/** 0 for a file that the compiler has just replaced. */
function getMtime(file: string): number {
  try {
    return statSync(file).mtimeMs
  } catch {
    return 0
  }
}
