import { createContentCacheError } from './errors.ts'
import { formatValue } from './formatValue.ts'

/** The numbers above 0 that an option may have. */
interface NumberRange {
  /** The unit, as the error names it: `seconds`. */
  readonly unit: string
  readonly isWhole?: boolean
  /** The largest number. A bound finds most values that are in milliseconds instead of seconds. */
  readonly max?: number
  /** The largest number in another unit, for the error: `10 years`. */
  readonly maxDuration?: string
}

/** A wait. A longer timer of Node fires at once. */
export const MILLISECONDS: NumberRange = { unit: 'milliseconds', max: 2 ** 31 - 1 }

/** The client for Rails has the same bound. */
export const RETENTION_SECONDS: NumberRange = { unit: 'seconds', max: 86_400, maxDuration: 'a day' }

/**
 * Refuses a number that is outside of the range of an option. `undefined` counts as not given.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 */
export function checkNumberOption(name: string, value: unknown, range: NumberRange): void {
  const reason = value === undefined ? undefined : getNumberError(value, range)
  if (reason !== undefined) throw createContentCacheError('CC_INVALID_OPTIONS', [name, reason])
}

function getNumberError(
  value: unknown,
  { unit, isWhole, max, maxDuration }: NumberRange,
): string | undefined {
  const isNumber =
    typeof value === 'number' &&
    value > 0 &&
    (max !== undefined || value !== Infinity) &&
    (!isWhole || Number.isSafeInteger(value))
  if (!isNumber)
    return `must be a ${isWhole ? 'whole number' : 'number'} of ${unit} above 0, but is ${formatValue(value)}`
  if (max === undefined || value <= max) return undefined
  const bound = `${max.toLocaleString('en-US')} ${unit}${maxDuration ? ` (${maxDuration})` : ''}`
  return `must be at most ${bound}, but is ${value}`
}
