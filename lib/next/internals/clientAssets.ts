import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { processWide } from '../../core/processWide.ts'
import { serverDirectory } from './serverDirectory.ts'

/** By folder. */
const ids = processWide('clientAssets', () => new Map<string, string>())
let own: string | undefined

/**
 * Identifies the client modules, their chunks and the style sheets of this build: a hash of the manifests in which Next
 * lists them for each route. All instances of one build have the same. Read once per process.
 *
 * @returns an empty string where this version of Next keeps its manifests elsewhere
 */
export function clientAssetsId(): string {
  own ??= idOf(serverDirectory('.next', 'server'))
  return own
}

function idOf(directory: string): string {
  const known = ids.get(directory)
  if (known !== undefined) return known
  const id = clientAssetsIn(join(directory, 'app'))
  ids.set(directory, id)
  return id
}

/** @param directory the folder of the routes in Next's output */
export function clientAssetsIn(directory: string): string {
  const hash = createHash('sha256')
  let count = 0
  for (const file of manifestsIn(directory)) {
    try {
      hash.update(file.replaceAll('\\', '/')).update(readFileSync(join(directory, file)))
      count++
    } catch {
      // A file that the list has and the folder has not: what is left still identifies the build.
    }
  }
  return count === 0 ? '' : hash.digest('base64url').slice(0, 12)
}

function manifestsIn(directory: string): string[] {
  try {
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    return files.filter((file) => file.endsWith('_client-reference-manifest.js')).sort()
  } catch {
    return []
  }
}
