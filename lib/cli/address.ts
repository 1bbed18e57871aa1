import { isRedisUrl } from '../redis/connection/isRedisUrl.ts'
import { CliError } from './cliError.ts'

/** Where Redis is. */
export interface Address {
  /** With its password: for connecting, never for printing. */
  readonly url: string
  /** For printing. */
  readonly redactedUrl: string
  /** Takes what must not be seen out of a text. */
  redact(text: string): string
}

/** @throws {CliError} usage; the text is not shown, for it may hold a password. */
export function parseAddress(text: string): Address {
  // A path is a Unix socket.
  if (text.startsWith('/')) return { url: text, redactedUrl: text, redact: (message) => message }
  if (!isRedisUrl(text)) {
    throw new CliError('usage', 'The URL of Redis must look like redis://host:6379 or redis://host:6379/1.')
  }
  const url = new URL(text)
  return { url: text, redactedUrl: redactUrl(url), redact: createRedactor(text, url) }
}

function redactUrl({ protocol, username, password, hostname, port, pathname }: URL): string {
  const credentials = password ? `${username}:***@` : username && `${username}@`
  const host = hostname || 'localhost'
  // Without the query: it may set a password too.
  return `${protocol}//${credentials}${host}:${port || 6379}${pathname === '/' ? '' : pathname}`
}

function createRedactor(text: string, { password, searchParams }: URL) {
  const secrets = [text, password, decodeSafely(password), searchParams.get('password') ?? '']
  return (message: string) =>
    secrets.reduce((result, secret) => (secret === '' ? result : result.replaceAll(secret, '***')), message)
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
