import type { ReactNode } from 'react'
import { detached } from '../core/detached.ts'
import { processWide } from '../core/processWide.ts'
import type { FragmentStore } from '../core/store.ts'
import { type Compact, isCompact } from '../react/compaction/compact.ts'
import { sharedShape } from '../react/compaction/shape.ts'
import { treeSize } from '../react/treeSize.ts'
import { type HintCall, hintsOf } from './internals/flightHints.ts'
import { hasReadOnceValues } from './internals/readOnceValues.ts'
import type { UsedModules } from './internals/routeModules.ts'

export type Output = ReactNode | Compact

/** The output of a fragment, and what it has a browser load ahead, as far as that is known. */
export interface Shown {
  readonly output: Output
  readonly hints: readonly HintCall[] | undefined
}

/** A decoded payload, which any number of requests may show. It holds values only, and nothing of a request. */
export interface Tree {
  readonly shown: { readonly value: Shown }
  readonly modules: UsedModules
  /** The routes that are known to have these modules. */
  readonly routes: Set<string>
  /** Estimated. */
  readonly bytes: number
  /** Whether it can be seen to hold nothing but data, in whichever async context it was decoded. */
  readonly isPlainData: boolean
}

/** The one who asks for a payload decoded. */
export interface Reader {
  readonly route: string
  /** Whether the reader's route can show a tree with these modules. */
  has(modules: UsedModules): boolean
  /** Decodes the payload. Called in an empty async context. */
  decode(): Promise<{ readonly output: Output; readonly modules: UsedModules }>
}

/** The decoded forms of a payload, which the store keeps beside it: one, unless routes have different modules. */
type Decoded = readonly Tree[]

/** Different trees of one payload that are kept at a time. */
const MOST_TREES = 4

/** By payload and route. An entry is removed as soon as it settles: a promise keeps its request alive. */
const underWay = processWide('decoding', () => new WeakMap<Uint8Array, Map<string, Promise<Tree>>>())

export function treeOf({ output, hints }: Shown, modules: UsedModules, route: string): Tree {
  const value = {
    output: isCompact(output) ? { ...output, shape: sharedShape(output.shape) } : output,
    hints,
  }
  return { shown: { value }, modules, routes: new Set([route]), ...treeSize(value) }
}

/** The tree for a hit that has nothing to wait for: decoded before, for this route. */
export function treeAtHand(
  { derived }: FragmentStore,
  payload: Uint8Array,
  route: string,
): Tree['shown'] | undefined {
  for (const tree of treesOf(derived, payload)) if (tree.routes.has(route)) return tree.shown
  return undefined
}

/**
 * Decodes a payload once for all requests, as long as the store keeps the result.
 *
 * @param made a tree that its fill has in hand
 */
export async function decodedOnce(
  store: FragmentStore,
  payload: Uint8Array,
  reader: Reader,
  made?: Tree,
): Promise<Shown> {
  // Plain data holds no value that can be read once.
  if (made?.isPlainData && made.routes.has(reader.route)) return made.shown.value
  // Each reader uses such a tree up.
  if (hasReadOnceValues(payload)) {
    const { output } = await reader.decode()
    return { output, hints: hintsOf(payload)?.calls }
  }
  const trees = made ? [made] : treesOf(store.derived, payload)
  const tree = suitable(trees, reader) ?? (await decodedNow(store, payload, reader))
  return tree.shown.value
}

/**
 * Has the store keep a tree beside the payload, where the store has room.
 *
 * @param tree holds no values that can be read once
 */
export function keepTree({ derived }: FragmentStore, payload: Uint8Array, tree: Tree): void {
  if (derived === undefined) return
  const trees = [...treesOf(derived, payload), tree].slice(-MOST_TREES)
  derived.set(
    payload,
    trees satisfies Decoded,
    trees.reduce((sum, { bytes }) => sum + bytes, 0),
  )
}

function treesOf(derived: FragmentStore['derived'], payload: Uint8Array): Decoded {
  return (derived?.get(payload) as Decoded | undefined) ?? []
}

function suitable(trees: readonly Tree[], { route, has }: Reader): Tree | undefined {
  const tree = trees.find(({ routes }) => routes.has(route)) ?? trees.find(({ modules }) => has(modules))
  tree?.routes.add(route)
  return tree
}

function decodedNow(store: FragmentStore, payload: Uint8Array, { route, decode }: Reader): Promise<Tree> {
  const routes = underWay.get(payload) ?? new Map<string, Promise<Tree>>()
  underWay.set(payload, routes)
  let decoding = routes.get(route)
  if (decoding === undefined) {
    decoding = detached(async () => {
      try {
        const { output, modules } = await decode()
        const tree = treeOf({ output, hints: hintsOf(payload)?.calls }, modules, route)
        keepTree(store, payload, tree)
        return tree
      } finally {
        routes.delete(route)
      }
    })
    routes.set(route, decoding)
  }
  return decoding
}
