import { Fragment, isValidElement, type ReactElement, type ReactNode } from 'react'
import { Settable } from '../../core/settable.ts'
import type { Props } from '../compaction/shape.ts'
import { isIterable } from '../isIterable.ts'
import { isPlainObject } from '../isPlainObject.ts'
import {
  changeElement,
  isClientReference,
  isLazy,
  isThenable,
  type Lazy,
  readLazy,
} from '../reactInternals.ts'
import { CallQueue } from './callQueue.ts'
import { callWithHooks, type HookState, Suspension, type UsedThenables } from './callWithHooks.ts'
import { ContextualWaits } from './contextualWaits.ts'
import { getServerComponent, isServerComponent } from './getServerComponent.ts'
import { isReadOnce, makeRepeatable, ReadOnceValue } from './makeRepeatable.ts'
import { mapCollection, mapList, mapRecord } from './mapContainer.ts'
import { getPlacedFragment, type NestedContent } from './nestedFragment.ts'
import {
  createOutputPart,
  getShownPart,
  type OutputPart,
  settlePart,
  toPartElement,
  toPartNode,
} from './outputPart.ts'

/** The render of the server components in a tree. */
export interface TreeRender {
  /**
   * The tree with the output of its server components, as far as it is known. React shows it to any number of readers,
   * and waits for the parts that are pending.
   */
  readonly live: ReactNode
  /** Resolves when nothing is pending. Rejects only when the render is aborted. */
  readonly complete: Settable<void>
  /** Whether the output may contain ids of `useId`. */
  readonly hasIds: boolean
  /** Ends the render. What is pending stays pending. */
  abort(reason: unknown): void
}

interface RenderTreeOptions {
  /** Makes the ids of `useId` unique. */
  readonly getIdPrefix: () => string
  /** Receives each error of a component, of a promise or of an iterable in the tree, once. */
  readonly onError: (error: unknown) => void
}

interface ComponentCall {
  readonly part: OutputPart
  readonly element: ReactElement<Props>
  used: UsedThenables | undefined
}

/**
 * Renders the server components of a tree, as React's Flight does (`ReactFlightServer.js`), and writes no bytes. Each
 * component, promise and lazy node is replaced by a part that shows its output. Components run in the async context of
 * the caller.
 *
 * Flight would have to encode the output, and each fragment would need a render of its own to have a context of its own.
 */
export function renderTree(root: ReactNode, options: RenderTreeOptions): TreeRender {
  return new TreeRenderer(root, options)
}

/** A class, because functions of their own would take most of the memory of a small fragment. */
class TreeRenderer implements TreeRender {
  readonly live: ReactNode
  readonly #onError: (error: unknown) => void
  readonly #hookState: HookState
  readonly complete = new Settable<void>()
  /** Results by object, where they differ: an object that is used twice must not be rendered twice. */
  #results: Map<object, unknown> | undefined
  readonly #calls = new CallQueue<ComponentCall>((call) => this.#runCall(call))
  #nestedContents: NestedContent[] | undefined
  readonly #waits = new ContextualWaits()
  #pending = 1

  constructor(root: ReactNode, { getIdPrefix, onError }: RenderTreeOptions) {
    this.#onError = onError
    this.#hookState = { getIdPrefix, idCount: 0 }
    this.live = this.#walkNode(root) as ReactNode
    this.#calls.run()
    this.#end()
  }

  get hasIds(): boolean {
    return (
      this.#hookState.idCount > 0 || this.#nestedContents?.some((content) => content.mayHaveIds()) === true
    )
  }

  abort(reason: unknown): void {
    this.complete.reject(reason)
  }

  #end(): void {
    if (--this.#pending > 0) return
    this.#results = undefined
    this.complete.resolve(undefined)
  }

  #runCall(call: ComponentCall): void {
    const { part, element } = call
    try {
      if (element.props.ref != null)
        throw new Error('Refs cannot be used in Server Components, nor passed to Client Components.')
      const component = getServerComponent(element.type)
      if (component === undefined) {
        // A lazy type that turned out to be no server component. The element around the part has the key.
        this.#settle(part, changeElement(element, { key: null }))
        return
      }
      this.#settle(part, callWithHooks(component, element.props, this.#hookState, call))
    } catch (thrown) {
      if (thrown instanceof Suspension) this.#retryAfter(thrown.thenable, call)
      else if (isThenable(thrown)) this.#retryAfter(thrown, call)
      else this.#fail(part, thrown)
    }
  }

  #retryAfter(thenable: PromiseLike<unknown>, call: ComponentCall): void {
    const retry = () => {
      this.#calls.add(call)
      this.#calls.run()
    }
    Promise.resolve(thenable).then(retry, retry)
  }

  /** Gives a part its output. A pending promise gives it later. */
  #settle(part: OutputPart, output: unknown): void {
    if (isThenable(output) && !isClientReference(output)) this.#settleLater(part, output)
    else {
      settlePart(part, 'done', this.#walkNode(output))
      this.#end()
    }
  }

  #settleLater(part: OutputPart, promise: PromiseLike<unknown>): void {
    this.#waits.whenSettled(
      promise,
      (output) => {
        try {
          this.#settle(part, output)
        } catch (error) {
          this.#fail(part, error)
        }
        this.#calls.run()
      },
      (error) => this.#fail(part, error),
    )
  }

  #fail(part: OutputPart, error: unknown): void {
    settlePart(part, 'failed', error)
    try {
      this.#onError(error)
    } finally {
      this.#end()
    }
  }

  #startPart(): OutputPart {
    this.#pending++
    return createOutputPart()
  }

  /** Walks a node as React does: its value is shown, wherever it comes from. */
  readonly #walkNode = (node: unknown): unknown => {
    if (typeof node !== 'object' || node === null) return node
    if (Array.isArray(node)) return mapList(node, this.#walkNode)
    if (isValidElement<Props>(node)) return this.#walkElement(node)
    return this.#results?.get(node) ?? this.#remember(node, this.#walkNodeObject(node))
  }

  #walkNodeObject(node: object): unknown {
    if (isLazy(node)) return this.#walkLazy(node)
    if (isThenable(node)) return this.#walkThenableNode(node)
    if (isClientReference(node)) return node
    // An iterator is used up when it is read, and its code runs in the fragment.
    if (isIterable(node)) return mapList(Array.from(node), this.#walkNode)
    const value = this.#walkSpecial(node)
    return value instanceof ReadOnceValue ? value.toRepeatable() : value
  }

  #walkLazy(lazy: Lazy): unknown {
    const part = this.#startPart()
    const read = () => {
      try {
        this.#settle(part, readLazy(lazy))
      } catch (thrown) {
        if (isThenable(thrown)) Promise.resolve(thrown).then(readLater, readLater)
        else this.#fail(part, thrown)
      }
    }
    const readLater = () => {
      read()
      this.#calls.run()
    }
    read()
    return toPartNode(part)
  }

  #walkThenableNode(thenable: PromiseLike<unknown>): unknown {
    const part = this.#startPart()
    this.#settleLater(part, thenable)
    return toPartNode(part)
  }

  #walkElement(element: ReactElement<Props>): unknown {
    const { type, props } = element
    const placed = getPlacedFragment(element)
    if (placed !== undefined) {
      if (this.#nestedContents === undefined) this.#nestedContents = [placed.content]
      else this.#nestedContents.push(placed.content)
      return element
    }
    if (getShownPart(element) !== undefined) return element
    const known = this.#results?.get(element)
    if (known !== undefined) return known
    if (props.ref != null || isServerComponent(type)) return this.#remember(element, this.#startCall(element))
    if (typeof type !== 'string' && type !== Fragment) {
      const newProps = mapRecord(props, this.#walkValue)
      return newProps === props
        ? element
        : this.#remember(element, changeElement(element, { props: newProps }))
    }
    const children = this.#walkNode(props.children)
    if (children === props.children) return element
    return this.#remember(element, changeElement(element, { props: { ...props, children } }))
  }

  #startCall(element: ReactElement<Props>): unknown {
    const part = this.#startPart()
    this.#calls.add({ part, element, used: undefined })
    return toPartElement(element, part)
  }

  /** Walks a prop of a client component. A promise stays a promise, because the component may read it. */
  readonly #walkValue = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || isClientReference(value)) return value
    if (isValidElement<Props>(value)) return this.#walkElement(value)
    const known = this.#results?.get(value)
    if (known !== undefined) return known
    if (isLazy(value)) return this.#remember(value, this.#walkLazy(value))
    if (isThenable(value)) return this.#remember(value, this.#walkPromise(value))
    if (!Array.isArray(value) && (!isPlainObject(value) || isReadOnce(value)))
      return this.#remember(value, this.#walkSpecial(value))
    // Before its items, because it may contain itself.
    this.#remember(value, value)
    const walked = Array.isArray(value) ? mapList(value, this.#walkValue) : mapRecord(value, this.#walkValue)
    return this.#remember(value, walked)
  }

  #walkPromise(promise: PromiseLike<unknown>): unknown {
    this.#pending++
    const walked = Promise.resolve(promise).then((value) => {
      const result = this.#walkValue(value)
      this.#calls.run()
      return result instanceof ReadOnceValue ? result.create() : result
    })
    walked.then(
      () => this.#end(),
      (error: unknown) => {
        this.#onError(error)
        this.#end()
      },
    )
    return walked
  }

  /** Walks an object that is neither a node nor a record. */
  #walkSpecial(value: object): unknown {
    if (value instanceof Map || value instanceof Set) return mapCollection(value, this.#walkValue)
    if (!isReadOnce(value)) return value
    return makeRepeatable(value, {
      walk: this.#walkValue,
      begin: () => {
        this.#pending++
      },
      end: () => {
        this.#calls.run()
        this.#end()
      },
      fail: (error) => {
        this.#onError(error)
        this.#end()
      },
    })
  }

  #remember(object: object, result: unknown): unknown {
    this.#results ??= new Map()
    this.#results.set(object, result)
    return result
  }
}
