import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Finds the file that a shell would run, or returns undefined. */
export function findOnPath(program) {
  const files = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program))
  return files.find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
