import type { DynamicPart } from '../core/makeup.ts'
import { type CompactTree, createCompactTree, type PlainTags } from '../react/compaction/compactTree.ts'
import { isJsonShape, type Shape } from '../react/compaction/shape.ts'
import type { HintCall } from './internals/hintCollector.ts'
import { inlineElements } from './internals/inlineElements.ts'
import {
  listPrerenderedSlots,
  type PrerenderedSlots,
  restorePrerenderedSlots,
} from './prerender/prerenderedSlots.ts'

/**
 * A stored fragment:
 *
 *     0   length of the header in bytes, 4 bytes big-endian
 *     4   the header: JSON in UTF-8
 *         Flight bytes, if React needs any
 *         the HTML of a compact tree: UTF-8
 *
 * HTML stays out of Flight and JSON, because most of a fragment is HTML, and each pass over it would cost as much as its render.
 */
export interface FragmentPayload {
  readonly header: PayloadHeader
  /** What only Flight can encode: `FlightPart` for a compact tree, else the elements. Empty if there is nothing. */
  readonly flight: Uint8Array
  /** Empty unless the payload is a compact tree. */
  readonly text: string
}

export interface PayloadHeader {
  readonly flightBytes: number
  /** The fragment has values that can be read once, so each reader needs a decoded tree of its own. */
  readonly hasReadOnceValues?: true | undefined
  readonly hints?: readonly HintCall[] | undefined
  /** Absent for a fragment that is stored as elements. */
  readonly compact?: CompactHeader | undefined
}

export interface CompactHeader {
  /** Absent if it has props that JSON cannot express. Flight has it then. */
  readonly shape?: Shape | undefined
  readonly bounds: readonly number[]
  readonly htmlHashes: string
  /** Joined by `|`. Absent if there are none. */
  readonly behaviours?: string | undefined
  /** Absent if they are those of `behaviours`, one after the other. */
  readonly textBehaviours?: string | undefined
  readonly plainTags?: PlainTags | undefined
  readonly hasTextAtRoot?: true | undefined
  readonly dynamicParts?: readonly DynamicPart[] | undefined
  readonly slotHtmlBytes?: number | undefined
}

/** The part of a compact tree that JSON cannot express. */
export type FlightPart = Pick<CompactTree, 'slots'> & {
  readonly shape?: Shape
  /** The first HTML of the client components among the slots, where it is known. */
  readonly prerendered?: PrerenderedSlots
}

/** Whether the header and the HTML do not have everything. */
export function hasFlightPart({ shape, slots }: CompactTree): boolean {
  return slots.length > 0 || !isJsonShape(shape)
}

/** @returns nothing if the header and the HTML have everything */
export function getFlightPart(tree: CompactTree): FlightPart | undefined {
  if (!hasFlightPart(tree)) return undefined
  const prerendered = listPrerenderedSlots(tree.slots)
  return {
    ...(!isJsonShape(tree.shape) && { shape: tree.shape }),
    slots: inlineElements(tree.slots),
    ...(prerendered && { prerendered }),
  }
}

export function toCompactHeader(tree: CompactTree): CompactHeader {
  const { shape, bounds, htmlHashes, behaviours, textBehaviours, plainTags, hasTextAtRoot } = tree
  const { dynamicParts, slotHtmlBytes } = tree
  return {
    shape: isJsonShape(shape) ? shape : undefined,
    bounds,
    htmlHashes,
    behaviours: behaviours.some((item) => item !== '') ? behaviours.join('|') : undefined,
    textBehaviours: textBehaviours === behaviours.join('') ? undefined : textBehaviours,
    plainTags,
    hasTextAtRoot: hasTextAtRoot || undefined,
    dynamicParts: dynamicParts.length > 0 ? dynamicParts : undefined,
    slotHtmlBytes: slotHtmlBytes || undefined,
  }
}

/** @throws {TypeError} for a header without a shape */
export function toCompactTree(
  header: CompactHeader,
  text: string,
  part: FlightPart | undefined,
): CompactTree {
  const {
    bounds,
    htmlHashes,
    behaviours: joined,
    plainTags,
    hasTextAtRoot = false,
    dynamicParts = [],
    slotHtmlBytes = 0,
  } = header
  const shape = part?.shape ?? header.shape
  if (shape === undefined) throw new TypeError('The payload has no shape.')
  const slots = part?.slots ?? []
  if (part?.prerendered) restorePrerenderedSlots(slots, part.prerendered)
  const behaviours = joined?.split('|') ?? new Array<string>(bounds.length / 2).fill('')
  return createCompactTree({
    shape,
    text,
    bounds,
    htmlHashes,
    behaviours,
    textBehaviours: header.textBehaviours ?? behaviours.join(''),
    textHash: undefined,
    slots,
    plainTags,
    hasTextAtRoot,
    dynamicParts,
    slotHtmlBytes,
  })
}

const LENGTH_BYTES = 4

/** @param textBytes the length of the text in UTF-8 */
export function encodePayload(
  { header, flight, text }: FragmentPayload,
  textBytes = Buffer.byteLength(text),
): Uint8Array {
  const json = JSON.stringify(header)
  const jsonBytes = Buffer.byteLength(json)
  const flightAt = LENGTH_BYTES + jsonBytes
  const textAt = flightAt + flight.byteLength
  // Separate memory, because a store keeps it.
  const bytes = Buffer.allocUnsafeSlow(textAt + textBytes)
  bytes.writeUInt32BE(jsonBytes)
  bytes.write(json, LENGTH_BYTES)
  if (flight.byteLength > 0) bytes.set(flight, flightAt)
  bytes.write(text, textAt)
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** @throws for bytes that are no payload */
export function decodePayload(payload: Uint8Array): FragmentPayload {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  const flightAt = LENGTH_BYTES + bytes.readUInt32BE()
  const header = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, flightAt)) as PayloadHeader
  const textAt = flightAt + header.flightBytes
  if (!(textAt <= bytes.byteLength)) throw new RangeError('The payload is cut off.')
  return { header, flight: payload.subarray(flightAt, textAt), text: bytes.toString('utf8', textAt) }
}
