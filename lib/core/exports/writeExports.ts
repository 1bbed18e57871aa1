import { type Engine, withStoreTimeout } from '../engine.ts'
import { createContentCacheError } from '../errors.ts'
import type { FragmentRef } from '../events.ts'
import { formatValue } from '../formatValue.ts'
import type { Entry, Token } from '../fragmentStore.ts'
import { getKeyError } from '../getObjectKeys.ts'
import { withTimeout } from '../withTimeout.ts'
import type { ExportAs } from './exportAs.ts'

export interface ExportJob {
  readonly fragment: FragmentRef
  readonly exports: readonly ExportAs[]
  /** As it was stored. */
  readonly entry: Entry
  /** The token of its commit. */
  readonly token: Token
  /** @throws {ContentCacheError} CC_EXPORT_NOT_PLAIN */
  readonly renderHtml: () => Promise<string>
}

/**
 * Writes the HTML of a stored fragment for other programs. Never throws: the fragment itself is stored and served, so
 * events report the failures.
 */
export async function writeExports(engine: Engine, job: ExportJob): Promise<void> {
  const { store, events, limits, exportEncoders } = engine
  const { fragment, entry, token } = job
  const exports = job.exports.filter(({ key }, index, all) => {
    const fault =
      all.findIndex((other) => other.key === key) < index
        ? `the key ${formatValue(key)} is listed twice`
        : getKeyError(key)
    if (fault) reportFailure([key], createContentCacheError('CC_INVALID_EXPORT', [fragment.name, fault]))
    return !fault
  })
  const keys = exports.map(({ key }) => key)
  if (keys.length === 0) return
  if (store.export === undefined) return reportFailure(keys, createUnsupportedError())
  let html: string
  try {
    // A fill must end even if this render does not.
    html = await withTimeout(job.renderHtml(), limits.fillTimeout, () =>
      createContentCacheError('CC_FILL_TIMEOUT', [fragment.name, limits.fillTimeout]),
    )
  } catch (error) {
    reportFailure(keys, error)
    // Exports of an earlier fill are older than the fragment now. The other program must not find them.
    await attempt(keys, async () => store.removeExports?.(keys))
    return
  }
  await Promise.all(exports.map(writeExport))

  async function writeExport({ format, key }: ExportAs): Promise<void> {
    await attempt([key], async () => {
      const encode = exportEncoders[format]
      if (encode === undefined) {
        const fault = `this site cannot write the format ${formatValue(format)}`
        throw createContentCacheError('CC_INVALID_EXPORT', [fragment.name, fault])
      }
      const bytes = encode(html, entry)
      const result = (await store.export?.(key, bytes, entry, token)) ?? 'unsupported'
      if (result === 'unsupported') throw createUnsupportedError()
      events.emit({ type: 'export', fragment, key, result, bytes: bytes.byteLength })
    })
  }

  async function attempt(keys: readonly string[], task: () => Promise<void>): Promise<void> {
    try {
      await withStoreTimeout(task(), limits.storeTimeout)
    } catch (error) {
      reportFailure(keys, error)
    }
  }

  function reportFailure(keys: readonly string[], error: unknown): void {
    events.emit({ type: 'export-failed', fragment, keys, error })
  }

  function createUnsupportedError() {
    return createContentCacheError('CC_EXPORT_UNSUPPORTED', [fragment.name, store.kind])
  }
}
