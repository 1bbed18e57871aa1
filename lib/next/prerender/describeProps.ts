import { Fragment, isValidElement } from 'react'
import { isPlainObject } from '../../react/isPlainObject.ts'

/** Characters. Longer props are not worth comparing. */
const MAX_LENGTH = 10_000
const MAX_DEPTH = 50

/**
 * Describes the props of a component, equal for equal props.
 *
 * @returns nothing for props that a component could read more than data from: functions, promises, other components
 */
export function describeProps(props: object): string | undefined {
  let text = ''
  return add(props, 0) ? text : undefined

  function add(value: unknown, depth: number): boolean {
    switch (typeof value) {
      case 'string':
        return write(JSON.stringify(value))
      case 'number':
        return write(Object.is(value, -0) ? '-0' : String(value))
      case 'boolean':
      case 'undefined':
        return write(String(value))
      case 'bigint':
        return write(`${value}n`)
      case 'object':
        return depth < MAX_DEPTH && addObject(value, depth + 1)
      default:
        return false
    }
  }

  function addObject(value: object | null, depth: number): boolean {
    if (value === null) return write('null')
    if (value instanceof Date) return write(`Date(${value.getTime()})`)
    if (Array.isArray(value)) {
      // A component could read other fields too.
      if (Object.keys(value).length !== value.length) return false
      return write('[') && value.every((item) => add(item, depth) && write(',')) && write(']')
    }
    if (isValidElement(value)) {
      const { type, key, props } = value
      if (typeof type !== 'string' && type !== Fragment) return false
      return (
        write(`<${typeof type === 'string' ? type : ''} `) &&
        add(key, depth) &&
        add(props, depth) &&
        write('>')
      )
    }
    if (!isPlainObject(value)) return false
    const addEntry = ([name, item]: [string, unknown]) =>
      write(`${JSON.stringify(name)}:`) && add(item, depth) && write(',')
    return write('{') && Object.entries(value).every(addEntry) && write('}')
  }

  function write(part: string): boolean {
    text += part
    return text.length <= MAX_LENGTH
  }
}
