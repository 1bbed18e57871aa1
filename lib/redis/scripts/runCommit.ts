import type { Token } from '../../core/fragmentStore.ts'
import * as lua from '../lua.gen.ts'
import type { RedisKeys } from '../redisKeys.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const commitScript = defineScript(lua.commit)

export type CommitReply = 'committed' | 'fenced' | 'unverifiable' | 'index'

export interface Commit {
  /** Of the entry or export. */
  readonly redisKey: string
  readonly bytes: Buffer
  readonly milliseconds: number
  readonly token: Token
  readonly dependencies: readonly string[]
}

export async function runCommit({ redis, keys }: ScriptContext, commit: Commit): Promise<CommitReply> {
  const { redisKeys, args } = createCommitCall(keys, commit)
  return String(await commitScript(redis, redisKeys, args)) as CommitReply
}

export function createCommitCall(
  keys: RedisKeys,
  { redisKey, bytes, milliseconds, token, dependencies }: Commit,
) {
  const objects = dependencies.map((dependency) => keys.object(dependency))
  return {
    redisKeys: [keys.epoch, keys.clock, keys.fence, keys.due, redisKey, keys.reverse(redisKey), ...objects],
    args: [token.epoch, token.clock, bytes, Math.ceil(milliseconds), keys.reversePrefix, ...dependencies],
  }
}
