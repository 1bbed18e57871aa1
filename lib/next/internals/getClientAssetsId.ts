import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getGlobalSingleton } from '../../core/getGlobalSingleton.ts'

/** By folder. */
const idsByFolder = getGlobalSingleton('clientAssets', () => new Map<string, string>())
let currentId: string | undefined

/**
 * Identifies the client modules, their chunks and the style sheets of this build: a hash of the manifests in which Next
 * lists them for each route. All instances of one build have the same. Read once per process.
 *
 * @returns an empty string where this version of Next keeps its manifests elsewhere
 */
export function getClientAssetsId(): string {
  currentId ??= getIdOfFolder(getServerDirectory('.next', 'server'))
  return currentId
}

function getIdOfFolder(directory: string): string {
  const cachedId = idsByFolder.get(directory)
  if (cachedId !== undefined) return cachedId
  const id = hashClientAssets(directory)
  idsByFolder.set(directory, id)
  return id
}

/** @param directory the folder `server` in Next's output */
export function hashClientAssets(directory: string): string {
  const hash = createHash('sha256')
  let count = 0
  for (const file of findManifests(directory)) {
    try {
      hash.update(file).update(readFileSync(join(directory, file)))
      count++
    } catch {
      // Routes without components have none, and what is left still identifies the build.
    }
  }
  return count === 0 ? '' : hash.digest('base64url').slice(0, 12)
}

/** By Next's list of routes: the folder itself also holds each prerendered page, and may be large. */
function findManifests(directory: string): string[] {
  try {
    const files: unknown = JSON.parse(readFileSync(join(directory, 'app-paths-manifest.json'), 'utf8'))
    return Object.values(files as Record<string, string>)
      .map((file) => file.replace(/\.js$/, '_client-reference-manifest.js'))
      .sort()
  } catch {
    return []
  }
}

/**
 * The `server` folder of what Next has built. This very code runs from a chunk in that folder, unless it is a source
 * (a unit test), or webpack in development hides it behind `eval`.
 *
 * @param fallback the folder below the one that the process runs in
 */
export function getServerDirectory(...fallback: string[]): string {
  const chunk = CHUNK.exec(new Error().stack ?? '')
  // Without the comment Turbopack takes the whole project for files that the server reads, and deploys all of it.
  return chunk?.[1] ? decodeURI(chunk[1]) : join(/*turbopackIgnore: true*/ process.cwd(), ...fallback)
}

const CHUNK = /(?:file:\/\/)?((?:\/|[A-Za-z]:\\)[^\s()]*?[\\/]server)[\\/](?:chunks|app)[\\/]/
