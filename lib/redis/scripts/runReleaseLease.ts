import * as lua from '../lua.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const releaseLeaseScript = defineScript(lua.releaseLease)

export async function runReleaseLease(
  { redis, keys }: ScriptContext,
  { key, id }: { key: string; id: string },
): Promise<boolean> {
  return (await releaseLeaseScript(redis, [keys.lease(key)], [id, keys.leaseReleased, key])) === 1
}
