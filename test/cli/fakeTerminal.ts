import { PassThrough, Readable } from 'node:stream'
import { runCommandLine } from '../../lib/cli/runCommandLine.ts'

export interface CliResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly env?: Record<string, string>
  readonly input?: string
  /** Whether input and output are a terminal. */
  readonly tty?: boolean
}

/** Runs the command in this process. */
export async function runCli(
  args: readonly string[],
  { env = {}, input = '', tty = false }: RunOptions = {},
): Promise<CliResult> {
  const stdout = createCollector(tty)
  const stderr = createCollector(tty)
  const stdin = Object.assign(Readable.from([input]), { isTTY: tty })
  const code = await runCommandLine(args, { stdin, stdout: stdout.stream, stderr: stderr.stream, env })
  return { code, out: stdout.text(), err: stderr.text() }
}

/** Runs the command with `--json`. */
export async function runJson<T>(
  args: readonly string[],
  options?: RunOptions,
): Promise<{ code: number; data: T }> {
  const { code, out, err } = await runCli([...args, '--json'], options)
  if (err !== '') throw new Error(`Something was printed on stderr: ${err}`)
  return { code, data: JSON.parse(out) as T }
}

function createCollector(isTTY: boolean) {
  const chunks: string[] = []
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 })
  stream.on('data', (chunk) => chunks.push(String(chunk)))
  return { stream, text: () => chunks.join('') }
}
