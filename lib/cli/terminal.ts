import picocolors from 'picocolors'

/** The input, output and environment of a command. They belong to `process`, or to a test. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: TerminalStream
  readonly stderr: TerminalStream
  readonly env: Readonly<Record<string, string | undefined>>
  /** Receives the signals that ask the command to stop. */
  readonly signals?: Signals
}

export interface Signals {
  once(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

export type TerminalStream = NodeJS.WritableStream & { readonly isTTY?: boolean }

export type Style = Pick<
  ReturnType<typeof picocolors.createColors>,
  'bold' | 'dim' | 'red' | 'green' | 'yellow'
>

/** Has colours only on a terminal whose user has not disabled them (https://no-color.org). */
export function createStyle(output: TerminalStream, env: Terminal['env']): Style {
  return picocolors.createColors(output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb')
}
