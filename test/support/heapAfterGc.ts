import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
export const collectGarbage: () => void = runInNewContext('gc')

/** Returns the bytes of live JavaScript objects. */
export function heapAfterGc(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}
