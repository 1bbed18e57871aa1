import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
export const collectGarbage: () => void = runInNewContext('gc')

/** Bytes of JavaScript objects that are alive. */
export function heapAfterGc(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}
