/**
 * A value that can be part of a fragment's key. Await a promise, and spread a class instance, a `Map` or a `Set`,
 * before you pass it. An object whose type is an `interface` is passed as `{ ...object }`, because TypeScript cannot
 * tell it from a class instance.
 */
export type VaryValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Date
  | readonly VaryValue[]
  | VaryRecord

/** Named values that a fragment's output depends on. The order of the fields does not matter. */
export interface VaryRecord {
  readonly [field: string]: VaryValue
}
