/** How the command ends: all is well; it found problems or could not do it; it could not begin. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export type CliErrorCode =
  /** The command line asks for something that cannot be. */
  | 'usage'
  /** Nothing is called so. */
  | 'not-found'
  /** Asked whether to go on, the user said no. */
  | 'declined'
  /** Redis refused a command, for lack of a permission for instance. */
  | 'redis'
  /** A fault of this program. */
  | 'internal'

/** An error that a person can act upon; printed without a stack. */
export class CliError extends Error {
  readonly exitCode: ExitCode
  constructor(
    readonly code: CliErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'CliError'
    this.exitCode = code === 'not-found' || code === 'declined' ? EXIT.failed : EXIT.usage
  }
}
