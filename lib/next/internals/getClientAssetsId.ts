import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineGlobalSingleton } from '../../core/getGlobalSingleton.ts'

const getIdsByFolder = defineGlobalSingleton('clientAssets', () => new Map<string, string>())
let currentId: string | undefined

/**
 * Identifies the client modules, their chunks and the style sheets of this build: a hash of the manifests in which Next
 * lists them for each route. All instances of one build have the same id. Read once per process.
 *
 * @returns an empty string where this version of Next keeps its manifests elsewhere
 */
export function getClientAssetsId(): string {
  currentId ??= getIdOfFolder(getServerDirectory('.next', 'server'))
  return currentId
}

function getIdOfFolder(directory: string): string {
  const idsByFolder = getIdsByFolder()
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
      // Routes without components have no manifest. The other manifests still identify the build.
    }
  }
  return count === 0 ? '' : hash.digest('base64url').slice(0, 12)
}

/** Reads Next's list of routes instead of the folder. The folder also holds each prerendered page, and may be large. */
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
 * The `server` folder of Next's output. This code runs from a chunk in that folder, except from its source in a unit
 * test, and under webpack in development, where `eval` hides the chunk.
 *
 * @param fallback the same folder, relative to the working directory
 */
export function getServerDirectory(...fallback: string[]): string {
  const chunk = CHUNK.exec(new Error().stack ?? '')
  // Without this comment Turbopack assumes that the server reads the whole project, and deploys all of it.
  return chunk?.[1] ? decodeURI(chunk[1]) : join(/*turbopackIgnore: true*/ process.cwd(), ...fallback)
}

const CHUNK = /(?:file:\/\/)?((?:\/|[A-Za-z]:\\)[^\s()]*?[\\/]server)[\\/](?:chunks|app)[\\/]/
