import * as lua from '../lua.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const awaitLeaseScript = defineScript(lua.awaitLease)

export interface AwaitedLease {
  /** Milliseconds until it ends without a release. */
  readonly left: number
  /** Id of the lease. */
  readonly id: string
}

/** @returns nothing when the lease has ended */
export async function runAwaitLease(
  { redis, keys }: ScriptContext,
  key: string,
): Promise<AwaitedLease | undefined> {
  const [left, id] = (await awaitLeaseScript(redis, [keys.lease(key)], [])) as [number, Buffer]
  if (left === -2) return undefined
  return { left: left < 0 ? Infinity : left, id: String(id) }
}
