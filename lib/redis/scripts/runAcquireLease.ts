import { EPOCH_OFFSET } from '../../core/entryHeader.ts'
import type { Token } from '../../core/fragmentStore.ts'
import * as lua from '../lua.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const acquireLeaseScript = defineScript(lua.acquireLease)

export async function runAcquireLease(
  { redis, keys }: ScriptContext,
  lease: { key: string; requiredToken: Token; wasMiss: boolean; id: string; milliseconds: number },
): Promise<boolean> {
  const { key, requiredToken, wasMiss, id, milliseconds } = lease
  const args = [
    requiredToken.epoch,
    requiredToken.clock,
    id,
    Math.ceil(milliseconds),
    wasMiss ? EPOCH_OFFSET : -1,
  ]
  return (await acquireLeaseScript(redis, [keys.lease(key), keys.fragment(key)], args)) === 1
}
