import type { ReactNode } from 'react'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { getGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { runDetached } from '../core/runDetached.ts'
import { type CompactTree, isCompactTree } from '../react/compaction/compactTree.ts'
import { internShape } from '../react/compaction/shape.ts'
import { estimateTreeSize } from '../react/treeSize.ts'
import { getHints, type HintCall } from './internals/flightHints.ts'
import { hasReadOnceValues } from './internals/hasReadOnceValues.ts'
import type { UsedModules } from './internals/routeModules.ts'

export type Output = ReactNode | CompactTree

/** The output of a fragment, and what it has a browser load ahead, as far as that is known. */
export interface OutputWithHints {
  readonly output: Output
  readonly hints: readonly HintCall[] | undefined
}

/** A decoded payload, which any number of requests may show. It holds values only, and nothing of a request. */
export interface DecodedTree {
  readonly result: { readonly value: OutputWithHints }
  readonly modules: UsedModules
  /** The routes that are known to have these modules. */
  readonly routes: Set<string>
  /** Estimated. */
  readonly bytes: number
  /** Whether it can be seen to hold nothing but data, in whichever async context it was decoded. */
  readonly isPlainData: boolean
}

/** The one who asks for a payload decoded. */
export interface DecodeRequest {
  readonly route: string
  /** Whether the reader's route can show a tree with these modules. */
  has(modules: UsedModules): boolean
  /** Decodes the payload. Called in an empty async context. */
  decode(): Promise<{ readonly output: Output; readonly modules: UsedModules }>
}

/** The decoded forms of a payload, which the store keeps beside it: one, unless routes have different modules. */
type DecodedTrees = readonly DecodedTree[]

/** Different trees of one payload that are kept at a time. */
const MAX_TREES = 4

/** By payload and route. An entry is removed as soon as it settles: a promise keeps its request alive. */
const pendingDecodes = getGlobalSingleton(
  'decoding',
  () => new WeakMap<Uint8Array, Map<string, Promise<DecodedTree>>>(),
)

export function createDecodedTree(
  { output, hints }: OutputWithHints,
  modules: UsedModules,
  route: string,
): DecodedTree {
  const value = {
    output: isCompactTree(output) ? { ...output, shape: internShape(output.shape) } : output,
    hints,
  }
  return { result: { value }, modules, routes: new Set([route]), ...estimateTreeSize(value) }
}

/** The tree for a hit that has nothing to wait for: decoded before, for this route. */
export function peekDecodedTree(
  { derived }: FragmentStore,
  payload: Uint8Array,
  route: string,
): DecodedTree['result'] | undefined {
  for (const tree of getDecodedTrees(derived, payload)) if (tree.routes.has(route)) return tree.result
  return undefined
}

/**
 * Decodes a payload once for all requests, as long as the store keeps the result.
 *
 * @param filledTree a tree that its fill has in hand
 */
export async function getOrDecode(
  store: FragmentStore,
  payload: Uint8Array,
  request: DecodeRequest,
  filledTree?: DecodedTree,
): Promise<OutputWithHints> {
  // Plain data holds no value that can be read once.
  if (filledTree?.isPlainData && filledTree.routes.has(request.route)) return filledTree.result.value
  // Each reader uses such a tree up.
  if (hasReadOnceValues(payload)) {
    const { output } = await request.decode()
    return { output, hints: getHints(payload)?.calls }
  }
  const trees = filledTree ? [filledTree] : getDecodedTrees(store.derived, payload)
  const tree = findSuitableTree(trees, request) ?? (await decodePayload(store, payload, request))
  return tree.result.value
}

/**
 * Has the store keep a tree beside the payload, where the store has room.
 *
 * @param tree holds no values that can be read once
 */
export function cacheDecodedTree({ derived }: FragmentStore, payload: Uint8Array, tree: DecodedTree): void {
  if (derived === undefined) return
  const trees = [...getDecodedTrees(derived, payload), tree].slice(-MAX_TREES)
  derived.set(
    payload,
    trees satisfies DecodedTrees,
    trees.reduce((sum, { bytes }) => sum + bytes, 0),
  )
}

function getDecodedTrees(derived: FragmentStore['derived'], payload: Uint8Array): DecodedTrees {
  return (derived?.get(payload) as DecodedTrees | undefined) ?? []
}

function findSuitableTree(
  trees: readonly DecodedTree[],
  { route, has }: DecodeRequest,
): DecodedTree | undefined {
  const tree = trees.find(({ routes }) => routes.has(route)) ?? trees.find(({ modules }) => has(modules))
  tree?.routes.add(route)
  return tree
}

function decodePayload(
  store: FragmentStore,
  payload: Uint8Array,
  { route, decode }: DecodeRequest,
): Promise<DecodedTree> {
  const routes = pendingDecodes.get(payload) ?? new Map<string, Promise<DecodedTree>>()
  pendingDecodes.set(payload, routes)
  let decoding = routes.get(route)
  if (decoding === undefined) {
    decoding = runDetached(async () => {
      try {
        const { output, modules } = await decode()
        const tree = createDecodedTree({ output, hints: getHints(payload)?.calls }, modules, route)
        cacheDecodedTree(store, payload, tree)
        return tree
      } finally {
        routes.delete(route)
      }
    })
    routes.set(route, decoding)
  }
  return decoding
}
