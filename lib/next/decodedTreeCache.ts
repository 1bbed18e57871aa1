import type { Awaitable } from '../core/awaitable.ts'
import type { StorableOutput } from '../core/fragmentRenderer.ts'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { runShared } from '../core/runDetached.ts'
import { isCompactTree } from '../react/compaction/compactTree.ts'
import { createDecodedTree, type DecodedTree, type OutputWithHints } from './decodedTree.ts'
import { hasFlightPart } from './fragmentPayload.ts'
import type { UsedModules } from './internals/routeModules.ts'

/** A reader of a payload. Its route decides which trees it can show. */
export interface PayloadReader {
  readonly route: string
  /** Whether the reader's route can show a tree with these modules. */
  hasModules(modules: UsedModules): boolean
  /** Decodes the payload. Called in an empty async context. */
  decode(): Promise<OutputWithHints & { readonly modules: UsedModules }>
}

/**
 * The decoded trees of a payload, which the store keeps beside it. There is only one, unless routes have different
 * modules.
 */
type DecodedTrees = readonly DecodedTree[]

/** The most trees that are kept for one payload. */
const MAX_TREES = 4

/** By payload and route. An entry is removed as soon as it settles, because a promise keeps its request alive. */
const getPendingDecodes = defineGlobalSingleton(
  'decoding',
  () => new WeakMap<Uint8Array, Map<string, Promise<Decoded>>>(),
)

/** Returns the tree that was decoded before for this route, so that a hit has nothing to wait for. */
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
 * @param filledTree the tree that the payload's fill has made, if it still has it
 */
export function getOrDecode(
  store: FragmentStore,
  payload: Uint8Array,
  reader: PayloadReader,
  filledTree?: DecodedTree,
): Awaitable<OutputWithHints> {
  const trees = filledTree ? [filledTree] : getDecodedTrees(store.derived, payload)
  const tree = findSuitableTree(trees, reader)
  if (tree !== undefined) return tree.result.value
  const { isJoined, decoding } = decodeOnce(store, payload, reader)
  // The first reader uses up the values that can be read once.
  return decoding.then((decoded) => (isJoined && !decoded.isShared ? reader.decode() : decoded.value))
}

/**
 * Keeps a tree beside the payload, if the store has room.
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

/**
 * Keeps the tree of a fill in place of the one that a hit would decode. What React has to render is not kept: it is not
 * decoded, and so holds objects of the site, which may change, and of the request.
 */
export function cacheFilledTree(store: FragmentStore, { payload, decoded }: StorableOutput): void {
  const tree = decoded as DecodedTree | undefined
  const output = tree?.result.value.output
  if (tree !== undefined && isCompactTree(output) && !hasFlightPart(output))
    cacheDecodedTree(store, payload, tree)
}

function getDecodedTrees(derived: FragmentStore['derived'], payload: Uint8Array): DecodedTrees {
  return (derived?.get(payload) as DecodedTrees | undefined) ?? []
}

function findSuitableTree(
  trees: readonly DecodedTree[],
  { route, hasModules }: PayloadReader,
): DecodedTree | undefined {
  const tree =
    trees.find(({ routes }) => routes.has(route)) ??
    trees.find(({ modules }) => modules !== undefined && hasModules(modules))
  tree?.routes.add(route)
  return tree
}

interface Decoded {
  readonly value: OutputWithHints
  /** Whether several readers may show it. */
  readonly isShared: boolean
}

/** Decodes a payload, or joins a pending decode for the same route. Keeps the result beside the payload. */
function decodeOnce(
  store: FragmentStore,
  payload: Uint8Array,
  { route, decode }: PayloadReader,
): { readonly isJoined: boolean; readonly decoding: Promise<Decoded> } {
  const pendingDecodes = getPendingDecodes()
  const routes = pendingDecodes.get(payload) ?? new Map<string, Promise<Decoded>>()
  pendingDecodes.set(payload, routes)
  const pending = routes.get(route)
  if (pending !== undefined) return { isJoined: true, decoding: pending }
  const decoding = runShared(async (): Promise<Decoded> => {
    try {
      const { output, hints, modules, hasReadOnceValues } = await decode()
      if (hasReadOnceValues) return { value: { output, hints, hasReadOnceValues }, isShared: false }
      const tree = createDecodedTree({ output, hints }, modules, route)
      cacheDecodedTree(store, payload, tree)
      return { value: tree.result.value, isShared: true }
    } finally {
      routes.delete(route)
    }
  })
  routes.set(route, decoding)
  return { isJoined: false, decoding }
}
