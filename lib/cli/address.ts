import { isRedisUrl, REDIS_URL_FORM } from '../redis/connection/isRedisUrl.ts'
import { CliError } from './cliError.ts'

/** The address of a Redis server. */
export interface Address {
  /** Includes the password. For connecting only, never for output. */
  readonly url: string
  /** For output. */
  readonly redactedUrl: string
  /** Masks the URL and its password in a message. */
  redact(message: string): string
}

/** @throws {CliError} usage. The message omits the text, because it may contain a password. */
export function parseAddress(text: string): Address {
  // A path is a Unix socket.
  if (text.startsWith('/')) return { url: text, redactedUrl: text, redact: (message) => message }
  if (!isRedisUrl(text)) {
    throw new CliError('usage', `The Redis URL ${REDIS_URL_FORM}.`)
  }
  const url = new URL(text)
  return { url: text, redactedUrl: redactUrl(url), redact: createRedactor(text, url) }
}

function redactUrl({ protocol, username, password, hostname, port, pathname }: URL): string {
  const credentials = password ? `${username}:***@` : username && `${username}@`
  const host = hostname || 'localhost'
  // The query is omitted because it may contain a password too.
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
