import type { Token } from '../../core/fragmentStore.ts'
import * as lua from '../lua.gen.ts'
import { type Argument, defineScript, type ScriptContext } from './defineScript.ts'

const commitAllScript = defineScript(lua.commitAll)

export type CommitReply = 'committed' | 'fenced' | 'unverifiable' | 'index'

export interface Commit {
  /** Of the entry or export. */
  readonly redisKey: string
  readonly bytes: Buffer
  readonly milliseconds: number
  readonly token: Token
  readonly dependencies: readonly string[]
}

/** @returns for each entry the reply, or an error */
export async function runCommitAll(
  { redis, keys }: ScriptContext,
  commits: readonly Commit[],
): Promise<(CommitReply | Error)[]> {
  const redisKeys = [keys.epoch, keys.clock, keys.fence, keys.due]
  const args: Argument[] = [keys.reversePrefix, keys.objectPrefix]
  for (const { redisKey, bytes, milliseconds, token, dependencies } of commits) {
    redisKeys.push(redisKey)
    args.push(`${token.epoch} ${token.clock} ${Math.ceil(milliseconds)}`, bytes, toJson(dependencies))
  }
  const replies = (await commitAllScript(redis, redisKeys, args)) as (Buffer | Error)[]
  return replies.map((reply) => (reply instanceof Error ? reply : (String(reply) as CommitReply)))
}

/** Lone surrogates become what they are in a Redis key: JSON would keep them as escapes. */
function toJson(texts: readonly string[]): string {
  const json = JSON.stringify(texts)
  return json.includes('\\ud') ? JSON.stringify(texts.map((text) => Buffer.from(text).toString())) : json
}
