import { createContentCacheError } from '../errors.ts'
import { formatValue } from '../formatValue.ts'
import type { Entry } from '../fragmentStore.ts'

/** A place in Redis in which the cache of another program finds the HTML of a fragment. */
export interface ExportAs {
  /** Required: `django` for Django's cache, `rails` for `Rails.cache`, `raw` for any reader of plain UTF-8. */
  readonly format: ExportFormat
  /**
   * Required: the full Redis key, as the other program makes it, such as `:1:sidebar` for Django's `sidebar`. Begin it with
   * a fixed prefix: a visitor who controls the whole key can overwrite any key in Redis.
   */
  readonly key: string
}

/** How the HTML is written: as plain UTF-8, for Django's cache, or for `Rails.cache`. */
export type ExportFormat = 'raw' | 'django' | 'rails'

const FORMATS: readonly ExportFormat[] = ['raw', 'django', 'rails']

/** Encodes HTML in each format. A host passes the encoders that it supports besides `raw`. */
export type ExportEncoders = {
  readonly [Format in ExportFormat]?: (html: string, entry: Entry) => Uint8Array
}

const MAX_EXPORT_TARGETS = 10

/**
 * Returns the targets that were passed as `exportAs`, as a list. The text of the keys is validated when they are written,
 * not here: it may contain a visitor's text, and no visitor may make a page fail.
 *
 * @param name of the fragment, for errors
 * @throws {ContentCacheTypeError} CC_INVALID_EXPORT
 */
export function parseExportTargets(name: string, exportAs: unknown): readonly ExportAs[] {
  if (exportAs === undefined) return []
  const list: readonly unknown[] = Array.isArray(exportAs) ? exportAs : [exportAs]
  if (list.length > MAX_EXPORT_TARGETS) throw createError(`a list of ${list.length} is too long`)
  return list.map((item) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      throw createError(`${formatValue(item)} is not an object`)
    const { format, key } = item as { format?: unknown; key?: unknown }
    if (!isFormat(format)) throw createError(`its format is ${formatValue(format)}`)
    if (typeof key !== 'string') throw createError(`its key is ${formatValue(key)}`)
    return { format, key }
  })

  function createError(reason: string) {
    return createContentCacheError('CC_INVALID_EXPORT', [name, reason])
  }
}

function isFormat(format: unknown): format is ExportFormat {
  return FORMATS.includes(format as ExportFormat)
}
