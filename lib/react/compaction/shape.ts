/**
 * A compact fragment in three parts: its **shape** (which elements there are, with their attributes), the
 * **HTML** of what is plain inside them, and the **holes** for all that React has to render itself. HTML and
 * holes are told in the order in which they appear, so elements of one shape are written down once, however
 * many there are: a list of a thousand rows is one row and a thousand numbers.
 */
export interface Shape {
  readonly root: Ref
  /** Each refers only to those before it. */
  readonly nodes: readonly ShapeNode[]
  /** Keys of the keyed nodes in the order of the tree: joined by commas, or a list where one holds a comma. */
  readonly keys: string | readonly string[]
}

/** {@link SLOT}, the place of a node counted from 1, text, or nothing. */
export type Ref = number | string | null
export const SLOT = 0

/** {@link LIST}, or the name of an element; what it takes; its props; its children. */
export type ShapeNode = readonly [
  type: string | number,
  flags: number,
  props: Props | null,
  ...children: Ref[],
]
export type Props = Readonly<Record<string, unknown>>

export const LIST = 0

export const FLAG_KEY = 1
/** Its content is the next of the HTML strings. */
export const FLAG_HTML = 2
/** Its only child is in a list: React counts that list in the ids of `useId`. */
export const FLAG_LIST = 4

/** Collects nodes, equal ones once. */
export function createShapeWriter() {
  const nodes: ShapeNode[] = []
  const indexByKey = new Map<string, number>()
  const keys: string[] = []
  return {
    /** To be called in the order of the tree. */
    addKey(key: string): void {
      keys.push(key)
    },
    add(node: ShapeNode): number {
      const json = getNodeKey(node)
      const index = json === undefined ? undefined : indexByKey.get(json)
      if (index !== undefined) return index
      nodes.push(node)
      if (json !== undefined) indexByKey.set(json, nodes.length)
      return nodes.length
    },
    finish(root: Ref): Shape {
      return { root, nodes, keys: keys.some((key) => key.includes(',')) ? keys : keys.join(',') }
    },
  }
}

/** Characters of all shared shapes: enough for the kinds of fragments of a site, and some versions of these. */
const MAX_INTERNED_LENGTH = 500_000
const MAX_SHAPE_LENGTH = 4_096
const internedShapes = new Map<string, Shape>()
let internedLength = 0

/**
 * One shape for all that are equal, or one list of nodes where only the keys differ: in fragments of one kind they
 * mostly are equal, and Flight writes an object once for a whole page.
 */
export function internShape(shape: Shape): Shape {
  const nodeKeys = shape.nodes.map(getNodeKey)
  if (nodeKeys.includes(undefined)) return shape
  const shapeKey = [shape.root, ...nodeKeys].join('\n')
  // A large shape holds text of its own, and is like no other.
  if (shapeKey.length > MAX_SHAPE_LENGTH) return shape
  const interned = internedShapes.get(shapeKey)
  if (interned !== undefined)
    return interned.keys === shape.keys ? interned : { ...shape, nodes: interned.nodes }
  if (internedLength + shapeKey.length > MAX_INTERNED_LENGTH) {
    internedShapes.clear()
    internedLength = 0
  }
  internedLength += shapeKey.length
  // Keys may be long, and are seldom those of another.
  internedShapes.set(shapeKey, shape.keys === '' ? shape : { ...shape, keys: '' })
  return shape
}

/** Nothing for a node with props that JSON cannot tell apart, such as a server action. */
function getNodeKey(node: ShapeNode): string | undefined {
  const props = node[2]
  if (props !== null && !Object.values(props).every(isJson)) return undefined
  return JSON.stringify(node)
}

function isJson(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    case 'object':
      if (value === null) return true
      return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson)
    default:
      return false
  }
}
