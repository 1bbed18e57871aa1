import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashClientAssets } from './getClientAssetsId.ts'
import { getBuildName } from './nextWork.ts'
import { getCurrentWork } from './renderContext.ts'

let currentId: string | undefined

/**
 * Identifies the output of a build for the caches of Next: its id, and the hash of its client modules and style sheets,
 * because two builds may have the same id. Read once per process.
 *
 * @param serverDistDir the folder `server` in Next's output. Without it, the request tells the id
 */
export function getBuildId(serverDistDir?: string): string {
  if (currentId !== undefined) return currentId
  if (serverDistDir !== undefined) {
    currentId = readBuildId(serverDistDir)
    return currentId
  }
  const work = getCurrentWork()
  return work ? getBuildName(work) : 'unknown'
}

function readBuildId(serverDistDir: string): string {
  try {
    const id = readFileSync(join(serverDistDir, '..', 'BUILD_ID'), 'utf8').trim()
    return `${id} ${hashClientAssets(serverDistDir)}`
  } catch {
    // A build has no id yet.
    return 'unknown'
  }
}
