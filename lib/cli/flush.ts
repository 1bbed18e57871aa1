import { createInterface } from 'node:readline/promises'
import { CliError } from './cliError.ts'
import { withStore } from './connect.ts'
import { type Scan, scanKeys } from './scan.ts'
import type { Target } from './target.ts'
import type { Terminal } from './terminal.ts'

export interface FlushResult {
  readonly redis: string
  readonly namespace: string
  /** Number of fragments before the flush. */
  readonly fragments: number
  readonly epoch: string | null
}

/** Makes all fragments of the namespace unreadable with one step, then removes them to free their memory. */
export async function flush(
  scan: Scan,
  target: Target,
  confirm: (fragments: number) => Promise<void>,
): Promise<FlushResult> {
  const { address, prefixes, keys } = target
  let fragments = 0
  for await (const redisKeys of scanKeys(scan, 'counting', keys.fragmentPrefix)) fragments += redisKeys.length
  await confirm(fragments)
  await withStore(scan.redis, target, (store) => store.clear())
  const epoch = await scan.redis.get(keys.epoch)
  return { redis: address.redactedUrl, namespace: prefixes.namespace, fragments, epoch }
}

/** @throws {CliError} usage, if input and output are not a terminal */
export function assertInteractive({ stdin, stderr }: Terminal): void {
  if (stdin.isTTY && stderr.isTTY) return
  throw new CliError('usage', 'This removes every fragment. Without a terminal to confirm on, pass --yes.')
}

/** @throws {CliError} declined */
export async function promptConfirmation({ stdin, stderr }: Terminal, question: string): Promise<void> {
  const prompt = createInterface({ input: stdin, output: stderr })
  try {
    // Closing the input counts as "no".
    const closed = new Promise<string>((resolve) => prompt.once('close', () => resolve('')))
    const answer = await Promise.race([prompt.question(`${question} [y/N] `), closed])
    if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('declined', 'Nothing was removed.')
  } finally {
    prompt.close()
  }
}
