import * as lua from '../lua.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const awaitLeaseScript = defineScript(lua.awaitLease)

/** @returns milliseconds until the lease ends without a release, or `free` when it has ended */
export async function runAwaitLease({ redis, keys }: ScriptContext, key: string): Promise<number | 'free'> {
  const left = Number(await awaitLeaseScript(redis, [keys.lease(key)], []))
  return left === -2 ? 'free' : left < 0 ? Infinity : left
}
