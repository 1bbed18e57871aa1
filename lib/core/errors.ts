import { getDocsPage, toErrorMessage } from './errorDocs.ts'
import { MAX_NAME_LENGTH } from './protocol.gen.ts'

/**
 * Every error of the library: its code, its class, and its text. Each code has a page in docs/errors. A test checks that
 * no page is missing.
 */
export const errors = {
  CC_INVALID_NAME: {
    base: 'TypeError',
    text: `CacheContent needs \`name\`, a non-empty string of at most ${MAX_NAME_LENGTH} characters, but got %s. Write <CacheContent name="section">.`,
  },
  CC_INVALID_VARY: {
    base: 'TypeError',
    text: 'In fragment "%s": `vary` cannot be a cache key: %s. Pass strings, numbers, booleans, dates, null, and arrays or plain objects of them.',
  },
  CC_INVALID_TTL: {
    base: 'TypeError',
    text: 'In fragment "%s": `%s` must be a number of seconds, 0 or more, but got %s. Leave it out to keep the fragment until it is expired.',
  },
  CC_INVALID_COMPACT: {
    base: 'TypeError',
    text: 'In fragment "%s": `compact` cannot be used: %s. Pass a boolean, or an object with the booleans `links`, `images`, `html` and `components`.',
  },
  CC_INVALID_COMPONENT: {
    base: 'TypeError',
    text: 'prerenderComponent needs a client component, but got %s. Pass a component that a module with `use client` exports.',
  },
  CC_INVALID_VERSION: {
    base: 'TypeError',
    text: 'In fragment "%s": `version` must be a non-empty string, but got %s. Leave it out to use the id of the build.',
  },
  CC_INVALID_OBJ: {
    base: 'TypeError',
    text: '%s: %s is not a content object: %s. Pass a string key such as "news/story:21563", an object with `objKey`, or set the `keyOf` option.',
  },
  CC_INVALID_EXPORT: {
    base: 'TypeError',
    text: 'In fragment "%s": `exportAs` cannot be used: %s. Pass { format: "raw", "django" or "rails", key: the full Redis key }, or a list of up to 10 of these.',
  },
  CC_INVALID_OPTIONS: {
    base: 'TypeError',
    text: 'Option `%s` %s.',
  },
  CC_INVALID_ENVIRONMENT: {
    base: 'Error',
    text: 'The environment variable %s %s.',
  },
  CC_FRAGMENT_IN_ITSELF: {
    base: 'Error',
    text: 'Fragment "%s" contains itself (%s), so it could never finish. Give the inner fragment another `name` or `vary`.',
  },
  CC_REQUEST_DATA: {
    base: 'Error',
    text: 'Fragment "%s" read %s, which differs from visitor to visitor. %s The stack shows the code that read it. If that is a library, see the page of this error.',
  },
  CC_REQUEST_DATA_IN_MEMO: {
    base: 'Error',
    text: 'A `requestMemo` loader read %s, which differs from visitor to visitor, while its result may be shown in fragments. Read it outside and pass it as an argument.',
  },
  CC_REGISTER_IGNORED: {
    base: 'Error',
    text: "registerContent(%s) was called inside `unstable_cache`, which takes its tags before it runs, so its hits register nothing. Register after the cached call, or use `'use cache'` instead.",
  },
  CC_REQUEST_NONCE: {
    base: 'Error',
    text: 'Fragment "%s" was not stored, because it holds the nonce of this response. Browsers would block elements with this nonce in the next response. Render these elements outside the fragment. next/script needs no `nonce`.',
  },
  CC_ROOT_PARAM: {
    base: 'Error',
    text: 'Fragment "%s" was not stored, because it read the root param "%s", whose value is not in `vary`, so other pages would show the content of this page. Add the value to `vary`.',
  },
  CC_USE_ID_OUTSIDE_RENDER: {
    base: 'Error',
    text: '`useId` was called outside of the async context of the render. Call it in the component itself, not in a function of `AsyncLocalStorage.snapshot()` or the like.',
  },
  /** Raised by the clients for Django and Rails only. */
  CC_INVALID_VALUE: {
    base: 'TypeError',
    text: 'The value cannot be stored: %s.',
  },
  CC_FILL_TIMEOUT: {
    base: 'Error',
    text: 'Fragment "%s" did not finish rendering within %s ms, so it was not stored. Look for data that never arrives, or raise `fillTimeout`.',
  },
  CC_FRAGMENT_DAMAGED: {
    base: 'Error',
    text: 'A stored fragment cannot be put together: its shape has no node %s. Expire it, or clear the store.',
  },
  CC_FRAGMENT_HTML_MISSING: {
    base: 'Error',
    text: 'The HTML of a cached fragment is no longer there for the document that shows it. Load the page again.',
  },
  CC_CLIENT_MODULE_UNKNOWN: {
    base: 'Error',
    text: 'A stored fragment uses the client module %s, which this route does not have, so the fragment is rendered again.',
  },
  CC_NOT_COMPACTED: {
    base: 'Error',
    text: 'A fragment was not stored as HTML: %s. It is stored as elements, which take longer to render.',
  },
  CC_OUTPUT_PENDING: {
    base: 'Error',
    text: 'The output of a fragment still has pending parts after %s rounds of waiting, so it was not stored. Look for a promise that resolves to another one without end.',
  },
  CC_STORE_REPLY: {
    base: 'Error',
    text: 'The store answered %s of %s lookups. A store must answer each of them, in the order of the requests.',
  },
  CC_STORE_TIMEOUT: {
    base: 'Error',
    text: 'The store did not answer within %s ms, so the page renders without it. Check the store, or raise `storeTimeout`.',
  },
  CC_EXPIRE_FAILED: {
    base: 'Error',
    text: 'The store did not take the expiry of %s object(s) after %s attempts: pages may still show the old content. Check the store and call expireObj again.',
  },
  CC_INVALID_MESSAGE: {
    base: 'TypeError',
    text: 'This is not a message about content: %s. Send an object with `key` and `action`, as in node_modules/react-cache-content/docs/protocol.md.',
  },
  CC_PUBLISH_FAILED: {
    base: 'Error',
    text: 'The message about %s object(s) was not published after %s attempts, so its readers do not receive the change. Check Redis and publish again.',
  },
  CC_REDIS_UNREACHABLE: {
    base: 'Error',
    text: 'Redis cannot be reached: %s. Pages render uncached until it can be reached.',
  },
  CC_REDIS_UNSUPPORTED: {
    base: 'Error',
    text: 'Redis %s is too old: the store needs 6.2 or later, or Valkey.',
  },
  CC_REDIS_EVICTION: {
    base: 'Error',
    text: 'Redis has the eviction policy %s, which may drop the index of a fragment before the fragment, so that an expiry would miss it. Set maxmemory-policy to noeviction or volatile-lru.',
  },
  CC_REDIS_REFUSED: {
    base: 'Error',
    text: 'Redis refused a command: %s. Run `react-cache-content doctor` to find out why.',
  },
  CC_REDIS_REPLICAS: {
    base: 'Error',
    text: 'Only %s of the %s required replicas have the expiry, so a failover could undo it.',
  },
  CC_REDIS_INDEX: {
    base: 'Error',
    text: 'A Redis key of another type stands where the index of an object belongs, so fragment "%s" was not stored. Run `react-cache-content doctor` to find it.',
  },
  CC_REDIS_BACKLOG: {
    base: 'Error',
    text: 'Too many entries of this process wait for Redis, so a fragment was not stored. Check the load of Redis, or add processes.',
  },
  CC_EXPORT_NOT_PLAIN: {
    base: 'Error',
    text: 'Fragment "%s" was not exported, because it is more than HTML: %s. Move client components out of it, declare them with prerenderComponent if they have no behaviour, or leave out `exportAs`.',
  },
  CC_EXPORT_UNSUPPORTED: {
    base: 'Error',
    text: 'Fragment "%s" was not exported, because no other program can read its store (%s). Set CONTENT_CACHE_REDIS_URL, or use redisStore().',
  },
  CC_HOOK_TIMEOUT: {
    base: 'Error',
    text: '`onMessage` did not answer within %s ms, so the worker goes on without it. Look for work in it that never ends, or raise `timeout`.',
  },
  CC_INVALID_ROUTE: {
    base: 'TypeError',
    text: '`onMessage` returned the route %s, which is not a path of the site. Return paths such as "/feed.xml".',
  },
  CC_NEXT_MOVED: {
    base: 'Error',
    text: 'This version of Next.js does not offer %s, which react-cache-content needs, so fragments render uncached. Use Next.js %s, or a version of react-cache-content made for yours.',
  },
} as const satisfies Record<string, { base: 'Error' | 'TypeError'; text: string }>

/** The code of an error. Each has a page in `docs/errors`. */
export type ErrorCode = keyof typeof errors

/** The properties of every error of this library besides its message. */
export interface ErrorWithCode {
  /** Stable across versions. The message is not. */
  readonly code: ErrorCode
  /**
   * The page that explains the error, as a file of this package: `import.meta.resolve(error.docs)` finds it, and the
   * message names its place in `node_modules`.
   */
  readonly docs: string
}

/** Thrown when something outside the caller's code failed, such as the store. */
export class ContentCacheError extends Error implements ErrorWithCode {
  readonly docs: string
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'ContentCacheError'
    this.docs = getDocsPage(code)
  }
}

/** Thrown when the caller passed an invalid value, like the language's own `TypeError`. */
export class ContentCacheTypeError extends TypeError implements ErrorWithCode {
  readonly docs: string
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'ContentCacheTypeError'
    this.docs = getDocsPage(code)
  }
}

/**
 * Distinguishes this library's errors from others, also across bundles, where `instanceof` fails.
 *
 * @example
 * try { await expireObj(story) } catch (error) { if (isContentCacheError(error)) report(error.code) }
 */
export function isContentCacheError(error: unknown): error is Error & ErrorWithCode {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    Object.hasOwn(errors, error.code)
  )
}

export function createContentCacheError(code: ErrorCode, values: readonly unknown[], options?: ErrorOptions) {
  const { base } = errors[code]
  const message = formatErrorMessage(code, values)
  return base === 'TypeError'
    ? new ContentCacheTypeError(code, message, options)
    : new ContentCacheError(code, message, options)
}

export function formatErrorMessage(code: ErrorCode, values: readonly unknown[]): string {
  let next = 0
  const text = errors[code].text.replace(/%s/g, () => String(values[next++]))
  return toErrorMessage(code, text)
}
