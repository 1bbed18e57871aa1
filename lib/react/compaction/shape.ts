/**
 * The elements of a compact fragment, with their attributes. A compact fragment has three parts: its **shape**, the
 * **HTML** of the plain content, and the **slots** for the nodes that React has to render. HTML and slots are listed in
 * the order of the tree. So the shape contains elements that are alike only once: a list of a thousand rows is one row
 * and a thousand numbers.
 */
export interface Shape {
  readonly root: Ref
  /** Each node refers only to nodes before it. */
  readonly nodes: readonly ShapeNode[]
  /** The keys of the nodes with keys, in the order of the tree. Joined by commas, or a list if a key has a comma. */
  readonly keys: string | readonly string[]
}

/** {@link SLOT}, the number of a node counted from 1, text, or `null` for nothing. */
export type Ref = number | string | null
export const SLOT = 0

/** `type` is the name of an element or {@link LIST}. `flags` has the bits below. */
export type ShapeNode = readonly [
  type: string | number,
  flags: number,
  props: Props | null,
  ...children: Ref[],
]
export type Props = Readonly<Record<string, unknown>>

export const LIST = 0

export const FLAG_KEY = 1
/** The content of the element is the next HTML string. */
export const FLAG_HTML = 2
/** The only child is in a list, which React counts in the ids of `useId`. */
export const FLAG_LIST = 4
/** The element has a behaviour, and no HTML. */
export const FLAG_BEHAVIOUR = 8

/** Collects the nodes of a shape. Equal nodes are stored once. */
export class ShapeWriter {
  readonly #nodes: ShapeNode[] = []
  /** Made for the second node: many shapes have one. */
  #indexByKey: Map<string, number> | undefined
  #keys: string[] | undefined

  /** Must be called in the order of the tree. */
  addKey(key: string): void {
    this.#keys ??= []
    this.#keys.push(key)
  }

  add(node: ShapeNode): number {
    const nodes = this.#nodes
    const [first] = nodes
    if (first === undefined) return nodes.push(node)
    if (this.#indexByKey === undefined) {
      this.#indexByKey = new Map()
      this.#remember(getNodeKey(first), 1)
    }
    const key = getNodeKey(node)
    const index = key === undefined ? undefined : this.#indexByKey.get(key)
    if (index !== undefined) return index
    nodes.push(node)
    this.#remember(key, nodes.length)
    return nodes.length
  }

  finish(root: Ref): Shape {
    const keys = this.#keys ?? []
    return {
      root,
      nodes: this.#nodes,
      keys: keys.some((key) => key.includes(',')) ? keys : keys.join(','),
    }
  }

  #remember(key: string | undefined, index: number): void {
    if (key !== undefined) this.#indexByKey?.set(key, index)
  }
}

/** Returns the keys of a shape as a list. */
export function getKeys({ keys }: Shape): readonly string[] {
  return typeof keys === 'string' ? keys.split(',') : keys
}

/** Characters of all shared shapes. Enough for each kind of fragment of a site, in several versions. */
const MAX_INTERNED_LENGTH = 500_000
const MAX_SHAPE_LENGTH = 4_096
const internedShapes = new Map<string, Shape>()
let internedLength = 0

/**
 * Returns one shared shape for all equal shapes, or a shape with shared nodes where only the keys differ. Fragments of
 * one kind mostly have equal shapes, and Flight writes a shared object once for a whole page.
 */
export function internShape(shape: Shape): Shape {
  const nodeKeys = shape.nodes.map(getNodeKey)
  if (nodeKeys.includes(undefined)) return shape
  const shapeKey = [shape.root, ...nodeKeys].join('\n')
  // A large shape contains text that no other shape has.
  if (shapeKey.length > MAX_SHAPE_LENGTH) return shape
  const interned = internedShapes.get(shapeKey)
  if (interned !== undefined)
    return interned.keys === shape.keys ? interned : { ...shape, nodes: interned.nodes }
  if (internedLength + shapeKey.length > MAX_INTERNED_LENGTH) {
    internedShapes.clear()
    internedLength = 0
  }
  internedLength += shapeKey.length
  // Keys may be long, and other shapes rarely have the same keys.
  internedShapes.set(shapeKey, shape.keys === '' ? shape : { ...shape, keys: '' })
  return shape
}

/** Returns `undefined` for a node with props that JSON cannot express, such as a Server Action. */
function getNodeKey(node: ShapeNode): string | undefined {
  const props = node[2]
  if (props !== null && !Object.values(props).every(isJson)) return undefined
  return JSON.stringify(node)
}

/** Whether JSON can express a shape. It cannot express a Server Action, for instance. */
export function isJsonShape({ nodes }: Shape): boolean {
  return nodes.every(([, , props]) => props === null || Object.values(props).every(isJson))
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
