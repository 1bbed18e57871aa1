import { type Engine, storeInTime } from '../engine.ts'
import { contentCacheError } from '../errors.ts'
import type { FragmentRef } from '../events.ts'
import { inTime } from '../inTime.ts'
import { keyFault } from '../objectKeys.ts'
import { show } from '../show.ts'
import type { Entry, Token } from '../store.ts'
import type { ExportAs } from './exportAs.ts'
import { pickledText } from './pickledText.ts'
import { railsEntry } from './railsEntry.ts'

export interface Exporting {
  readonly fragment: FragmentRef
  readonly exports: readonly ExportAs[]
  /** What has been stored of the fragment, and the token that it was stored with. */
  readonly entry: Entry
  readonly token: Token
  /** @throws {ContentCacheError} CC_EXPORT_NOT_PLAIN */
  readonly html: () => Promise<string>
}

/**
 * Writes the HTML of a fragment that has been stored for other programs. Never throws: whatever goes wrong, the
 * fragment is stored and the page is served, and an event tells.
 */
export async function writeExports(engine: Engine, exporting: Exporting): Promise<void> {
  const { store, events, limits } = engine
  const { fragment, entry, token } = exporting
  const exports = exporting.exports.filter(({ key }, index, all) => {
    const fault =
      all.findIndex((other) => other.key === key) < index
        ? `the key ${show(key)} is in it twice`
        : keyFault(key)
    if (fault) failed([key], contentCacheError('CC_INVALID_EXPORT', [fragment.name, fault]))
    return !fault
  })
  const keys = exports.map(({ key }) => key)
  if (keys.length === 0) return
  if (store.export === undefined) return failed(keys, unsupported())
  let html: string
  try {
    // A fill must end, whatever it is that does not.
    html = await inTime(exporting.html(), limits.fillTimeout, () =>
      contentCacheError('CC_FILL_TIMEOUT', [fragment.name, limits.fillTimeout]),
    )
  } catch (error) {
    failed(keys, error)
    // What an earlier fill has written is older than the fragment. To the other program it must be missing.
    await attempt(keys, async () => store.withdraw?.(keys))
    return
  }
  await Promise.all(exports.map(write))

  async function write({ format, key }: ExportAs): Promise<void> {
    await attempt([key], async () => {
      const bytes = bytesOf(html, format, entry)
      const result = (await store.export?.(key, bytes, entry, token)) ?? 'unsupported'
      if (result === 'unsupported') throw unsupported()
      events.emit({ type: 'export', fragment, key, result, bytes: bytes.byteLength })
    })
  }

  async function attempt(keys: readonly string[], task: () => Promise<void>): Promise<void> {
    try {
      await storeInTime(task(), limits.storeTimeout)
    } catch (error) {
      failed(keys, error)
    }
  }

  function failed(keys: readonly string[], error: unknown): void {
    events.emit({ type: 'export-failed', fragment, keys, error })
  }

  function unsupported() {
    return contentCacheError('CC_EXPORT_UNSUPPORTED', [fragment.name, store.kind])
  }
}

function bytesOf(html: string, format: ExportAs['format'], entry: Entry): Uint8Array {
  switch (format) {
    case 'raw':
      return Buffer.from(html, 'utf8')
    case 'django':
      return pickledText(html)
    case 'rails':
      return railsEntry(html, entry)
  }
}
