import * as lua from '../../redis/lua.gen.ts'
import { defineScript, type ScriptContext } from '../../redis/scripts/defineScript.ts'

const claimRoutesScript = defineScript(lua.claimRoutes)

export interface Claim {
  readonly route: string
  /** When the claim ends. Also identifies the claim. */
  readonly claimedUntil: string
}

/** @returns the due routes, and in `next` the milliseconds until another is due, or undefined when no route waits */
export async function runClaimRoutes(
  { redis, keys }: ScriptContext,
  { milliseconds, limit, minInterval }: { milliseconds: number; limit: number; minInterval: number },
): Promise<{ claims: readonly Claim[]; next: number | undefined }> {
  const reply = await claimRoutesScript(
    redis,
    [keys.rebuildQueue, keys.rebuildActive, keys.rebuildRecent],
    [milliseconds, limit, minInterval],
  )
  const [next, claimedUntil, ...routes] = reply as [number, Buffer, ...Buffer[]]
  return {
    claims: routes.map((route) => ({ route: String(route), claimedUntil: String(claimedUntil) })),
    next: next < 0 ? undefined : next,
  }
}
