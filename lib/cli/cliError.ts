/** Exit codes: `ok`; `failed` for problems found or nothing done; `usage` when the command cannot run. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export type CliErrorCode =
  /** The arguments or the environment are invalid. */
  | 'usage'
  /** No fragment or object has the given name. */
  | 'not-found'
  /** The user declined the confirmation. */
  | 'declined'
  /** Redis refused a command, for instance for lack of a permission. */
  | 'redis'
  /** A bug in this program. */
  | 'internal'

/** An error that the user can resolve. It is printed without a stack trace. */
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
