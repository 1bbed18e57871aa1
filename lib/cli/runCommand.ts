import { connect } from './connect.ts'
import { escapeJson, escapeTextsDeep } from './escapeText.ts'
import { createProgress } from './progress.ts'
import type { Scan } from './scan.ts'
import { resolveTarget, type Target, type TargetOptions } from './target.ts'
import { createStyle, type Style, type Terminal } from './terminal.ts'

export interface CommandTask<T> {
  work(scan: Scan, target: Target): Promise<T>
  /** @param result with all its strings escaped for a terminal */
  render(result: T, style: Style): string
}

/** Connects to Redis, does the work of a command, and prints its result as text or JSON. */
export async function runCommand<T>(
  terminal: Terminal,
  options: TargetOptions,
  { work, render }: CommandTask<T>,
): Promise<T> {
  const target = resolveTarget(options, terminal.env)
  const redis = await connect(target.address)
  try {
    const result = await work({ redis, progress: createProgress(terminal.stderr) }, target)
    printResult(terminal, options, result, render)
    return result
  } finally {
    redis.disconnect()
  }
}

/** Prints a result as text or JSON. Strings from outside this program cannot control the terminal in either form. */
export function printResult<T>(
  { stdout, env }: Terminal,
  { json }: Pick<TargetOptions, 'json'>,
  result: T,
  render: CommandTask<T>['render'],
): void {
  const text = json
    ? escapeJson(JSON.stringify(result, undefined, 2))
    : render(escapeTextsDeep(result), createStyle(stdout, env))
  stdout.write(`${text}\n`)
}
