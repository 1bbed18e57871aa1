import { EPOCH_OFFSET } from '../../core/entryHeader.ts'
import type { Token } from '../../core/fragmentStore.ts'
import * as lua from '../lua.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const acquireLeasesScript = defineScript(lua.acquireLeases)

export interface LeaseToAcquire {
  readonly key: string
  readonly requiredToken: Token
  readonly wasMiss: boolean
  readonly id: string
  readonly milliseconds: number
}

/** @returns for each lease whether it was granted, or an error */
export async function runAcquireLeases(
  { redis, keys }: ScriptContext,
  leases: readonly LeaseToAcquire[],
): Promise<(boolean | Error)[]> {
  const redisKeys: string[] = []
  const args: (string | number)[] = []
  for (const { key, requiredToken, wasMiss, id, milliseconds } of leases) {
    redisKeys.push(keys.lease(key), keys.fragment(key))
    args.push(
      requiredToken.epoch,
      requiredToken.clock,
      id,
      Math.ceil(milliseconds),
      wasMiss ? EPOCH_OFFSET : -1,
    )
  }
  const replies = (await acquireLeasesScript(redis, redisKeys, args)) as (number | Error)[]
  return replies.map((reply) => (reply instanceof Error ? reply : reply === 1))
}
