/** What the command reads and writes: `process`, or a test's. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where somebody asks it to end. */
  readonly signals?: Signals
}

export interface Signals {
  once(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean }

export type Colour = (text: string) => string

export interface Style {
  readonly bold: Colour
  readonly dim: Colour
  readonly red: Colour
  readonly green: Colour
  readonly yellow: Colour
}

/** Colours where a person reads, and has not asked for none (https://no-color.org). */
export function createStyle(output: Output, env: Terminal['env']): Style {
  const isColoured = output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
  const colour =
    (on: number, off: number): Colour =>
    (text) =>
      isColoured ? `\x1b[${on}m${text}\x1b[${off}m` : text
  return {
    bold: colour(1, 22),
    dim: colour(2, 22),
    red: colour(31, 39),
    green: colour(32, 39),
    yellow: colour(33, 39),
  }
}
