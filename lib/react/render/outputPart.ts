import { isValidElement, type ReactElement, type ReactNode } from 'react'
import { createDeferred, type Deferred } from '../../core/deferred.ts'
import { changeElement, createLazy } from '../reactInternals.ts'

/** The output of one server component, or the value of one promise, which may still be pending. */
export interface OutputPart {
  status: 'pending' | 'done' | 'failed'
  /** The output or, of a part that failed, the error. */
  value: unknown
  /** Made for the first reader of a pending part. */
  change: Deferred<void> | undefined
}

export function createOutputPart(): OutputPart {
  return { status: 'pending', value: undefined, change: undefined }
}

export function settlePart(part: OutputPart, status: 'done' | 'failed', value: unknown): void {
  part.status = status
  part.value = value
  part.change?.resolve()
  part.change = undefined
}

/** @throws a promise while the part is pending, or the error with which it failed */
export function readPart(part: OutputPart): unknown {
  if (part.status === 'done') return part.value
  if (part.status === 'failed') throw part.value
  part.change ??= createDeferred()
  throw part.change.promise
}

/** In development, React sends the props of each component to the browser, for its tools. It leaves out symbols. */
const PART: unique symbol = Symbol('part')

interface ShowPartProps {
  readonly [PART]: OutputPart
}

/** Shows a part in place of the component that made it. React gives its output the keys that the component would have. */
export function ShowPart({ [PART]: part }: ShowPartProps): ReactNode {
  return readPart(part) as ReactNode
}

/** Returns an element that shows `part` in place of `element`. */
export function toPartElement(element: ReactElement, part: OutputPart): ReactElement {
  return changeElement(element, { type: ShowPart, props: { [PART]: part } })
}

/** Returns a node that shows `part` in place of a promise or a lazy node, which have no effect on keys. */
export function toPartNode(part: OutputPart): ReactNode {
  return createLazy(part, readPart) as unknown as ReactNode
}

/** Returns the part that a node of this library shows. */
export function getShownPart(node: unknown): OutputPart | undefined {
  return isValidElement<ShowPartProps>(node) && node.type === ShowPart ? node.props[PART] : undefined
}
