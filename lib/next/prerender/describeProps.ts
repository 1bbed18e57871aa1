import { Fragment, isValidElement } from 'react'
import { isPlainObject } from '../../react/isPlainObject.ts'

/** Longer props are not worth to be compared. */
const MAX_LENGTH = 10_000

/**
 * Describes the props of a component, equal for equal props.
 *
 * @returns nothing for props that a component could read more than data from: functions, promises, other components
 */
export function describeProps(props: object): string | undefined {
  try {
    const text = describe(props)
    return text.length > MAX_LENGTH ? undefined : text
  } catch (error) {
    if (error instanceof NoData) return undefined
    throw error
  }
}

class NoData extends Error {}

const MAX_DEPTH = 50

function describe(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) throw new NoData()
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'undefined':
      return 'undefined'
    case 'bigint':
      return `${value}n`
    case 'object':
      return describeObject(value, depth + 1)
    default:
      throw new NoData()
  }
}

function describeObject(value: object | null, depth: number): string {
  if (value === null) return 'null'
  if (value instanceof Date) return `Date(${value.getTime()})`
  if (Array.isArray(value)) return `[${value.map((item) => describe(item, depth)).join()}]`
  if (isValidElement(value)) {
    if (typeof value.type !== 'string' && value.type !== Fragment) throw new NoData()
    const name = value.type === Fragment ? '' : value.type
    return `<${name} ${describe(value.key)} ${describe(value.props, depth)}>`
  }
  if (!isPlainObject(value)) throw new NoData()
  const entries = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name)}:${describe(item, depth)}`,
  )
  return `{${entries.join()}}`
}
