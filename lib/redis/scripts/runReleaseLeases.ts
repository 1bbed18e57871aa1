import type { HeldLease } from '../../core/fragmentStore.ts'
import * as lua from '../lua.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const releaseLeasesScript = defineScript(lua.releaseLeases)

export async function runReleaseLeases(
  { redis, keys }: ScriptContext,
  leases: readonly HeldLease[],
): Promise<void> {
  await releaseLeasesScript(
    redis,
    leases.map(({ key }) => keys.lease(key)),
    [keys.leaseReleased, ...leases.flatMap(({ key, lease }) => [lease, key])],
  )
}
