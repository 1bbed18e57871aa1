import { createContentCacheError } from './errors.ts'

/** The names of all options. Written `satisfies OptionNames<Options>`, it cannot lack a name of the interface. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>

/**
 * Refuses a name that is no option. With a mistyped name, the default would apply without a sign. An option that is
 * `undefined` counts as not given.
 *
 * @param prefix precedes the names in the error, for instance `local.`
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 */
export function checkOptionNames(options: object, names: OptionNames<object>, prefix = ''): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(names, name)) continue
    const known = Object.keys(names).map((knownName) => `\`${prefix}${knownName}\``)
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      `${prefix}${name}`,
      `does not exist. Choose from ${known.join(', ')}`,
    ])
  }
}

/**
 * Refuses options that are not an object. The error omits the value, which may be a secret in the wrong place.
 *
 * @param caller the function that has the options
 * @param example valid options
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 */
export function checkOptionsObject(caller: string, options: unknown, example: string): void {
  if (isObject(options)) return
  throw createContentCacheError('CC_INVALID_OPTIONS', [
    'options',
    `of \`${caller}\` must be an object such as ${example}, but is ${describeType(options)}`,
  ])
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** For errors that must not show a value: `undefined`, `null`, `an array`, `a string`. */
export function describeType(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
