import { join } from 'node:path'

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
