import { AsyncLocalStorage } from 'node:async_hooks'
import { type Lifetime, shorter, UNLIMITED } from './lifetime.ts'
import { type Metadata, type Refusal, refusals } from './metadata.ts'
import { processWide } from './processWide.ts'
import { olderToken, type Token } from './token.ts'

/**
 * Collects what one render depends on: the render of a fragment, or of a loader whose result several
 * fragments share. Nested captures hand theirs up through {@link follow}.
 */
export interface Capture {
  /** The fragment's name, or what a loader is called. */
  readonly name: string
  /** Who captures, for errors: `fragment "section"`. */
  readonly label: string
  /** The fragment's key; a loader has none. */
  readonly key: string | undefined
  readonly parent: Capture | undefined
  /** The oldest moment the data of this render may have been read at, as the clock of expiries has it. */
  readonly token: Token | undefined
  /** The same moment as the store's time, in milliseconds; none where nobody knew it. */
  readonly readSince: number | undefined
  register(objects: readonly string[]): void
  limit(lifetime: Lifetime): void
  /** Limits it to so many milliseconds from its start. */
  limitFor(stale: number, gone: number): void
  /** Part of the data may be as old as `token`: the commit is refused when a dependency was expired since. */
  readFrom(token: Token): void
  /** None is ever taken back; of several the most telling stands. */
  refuse(reason: Refusal, error?: unknown): void
  /** Makes another capture's outcome part of this one, which is not final before it. */
  follow(inner: Promise<Followed>): void
  /** Runs once the render's output is complete, before the metadata is final. */
  beforeFinal(task: () => void | Promise<void>): void
  /** Resolves when everything followed is final too. After that registrations come too late. */
  finish(): Promise<Followed>
  readonly refusal: { readonly reason: Refusal; readonly error: unknown } | undefined
}

export interface Followed extends Metadata {
  readonly token?: Token | undefined
  readonly readSince?: number | undefined
  /** Milliseconds from the start, where nobody knew the store's time at the start. */
  readonly span?: { readonly stale: number; readonly gone: number }
}

export interface CaptureOptions {
  readonly name: string
  readonly label: string
  readonly key?: string
  readonly token?: Token
  /** The store's time, in milliseconds, at which the first of the data may have been read. */
  readonly readSince?: number
  readonly onLate?: (objects: readonly string[]) => void
}

const storage = processWide('capture', () => new AsyncLocalStorage<Capture>())

export function currentCapture(): Capture | undefined {
  return storage.getStore()
}

/** Everything that `task` starts, however deep and however late, registers with `capture`. */
export function runInCapture<T>(capture: Capture, task: () => T): T {
  return storage.run(capture, task)
}

export function createCapture(parent: Capture | undefined, options: CaptureOptions): Capture {
  const dependencies = new Set<string>()
  const followed = new Set<Promise<void>>()
  const finalTasks: (() => void | Promise<void>)[] = []
  let lifetime = UNLIMITED
  let refusal: Capture['refusal']
  let { token, readSince } = options
  let span = { stale: Infinity, gone: Infinity }
  let final = false

  const capture: Capture = {
    name: options.name,
    label: options.label,
    key: options.key,
    parent,
    get token() {
      return token
    },
    get readSince() {
      return readSince
    },
    get refusal() {
      return refusal
    },
    register(objects) {
      if (final) options.onLate?.(objects)
      else for (const object of objects) dependencies.add(object)
    },
    limit(other) {
      lifetime = shorter(lifetime, other)
    },
    limitFor(stale, gone) {
      if (options.readSince === undefined) {
        span = { stale: Math.min(span.stale, stale), gone: Math.min(span.gone, gone) }
      } else {
        capture.limit({ staleAt: options.readSince + stale, goneAt: options.readSince + gone })
      }
    },
    readFrom(other) {
      token = olderToken(token, other)
    },
    refuse(reason, error) {
      if (refusal && refusals.indexOf(refusal.reason) <= refusals.indexOf(reason)) return
      refusal = { reason, error }
    },
    follow(inner) {
      const merged = inner.then(
        (metadata) => {
          capture.register([...metadata.dependencies])
          capture.limit(metadata)
          if (metadata.span) capture.limitFor(metadata.span.stale, metadata.span.gone)
          // A fill that embeds an older read is as old as that read.
          if (metadata.token) token = olderToken(token, metadata.token)
          if (metadata.readSince !== undefined)
            readSince = Math.min(readSince ?? Infinity, metadata.readSince)
          if (metadata.refusal) capture.refuse('nested')
        },
        (error) => capture.refuse('nested', error),
      )
      followed.add(merged)
    },
    beforeFinal(task) {
      finalTasks.push(task)
    },
    async finish() {
      // Whatever is awaited here may bring more to follow; go on until nothing is left.
      for (let seen = -1; seen !== followed.size || finalTasks.length > 0; ) {
        seen = followed.size
        await Promise.all(followed)
        if (seen !== followed.size) continue
        try {
          for (const task of finalTasks.splice(0)) await task()
        } catch (error) {
          // What was not collected cannot be depended on.
          capture.refuse('error', error)
        }
      }
      final = true
      return { dependencies, ...lifetime, refusal: refusal?.reason, span, ...(token && { token }) }
    },
  }
  return capture
}
