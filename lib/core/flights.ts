import type { Capture, Followed } from './capture.ts'
import type { Refusal } from './metadata.ts'
import { processWide } from './processWide.ts'
import type { Replay } from './replay.ts'
import type { CommitResult, Entry, FragmentStore, Token } from './store.ts'
import { covers } from './token.ts'

/** One fill under way, which other requests for the same fragment may join. */
export interface Flight {
  readonly key: string
  /** When it began; none where the store could not tell, and then nobody joins it. */
  readonly token: Token | undefined
  /** The same moment on the host's clock. */
  readonly began: number
  /** As in a capture: its data is no older than this. */
  readonly readSince: number | undefined
  /** Where its output can be read from: a render that has begun, or what another process committed. */
  readonly body: Promise<Replay | Entry>
  /** The complete output as it is to be stored, before it is; nothing where it is not. Never rejects. */
  readonly stored: Promise<StoredOutput | undefined>
  /** Final as soon as nothing inside is pending, which is before the commit. Never rejects. */
  readonly metadata: Promise<Followed>
  /** After the commit, if there was one. Never rejects. */
  readonly outcome: Promise<Outcome>
  /** Nested flights that this one cannot end before. */
  readonly waitsFor: Set<Flight>
}

/** The complete output of a fill in the form in which it is stored. */
export interface StoredOutput {
  readonly payload: Uint8Array
  /** What the host need not decode again, opaque to the engine. It lives as long as the flight. */
  readonly decoded?: unknown
}

export interface Outcome {
  readonly payload: Uint8Array | undefined
  readonly refusal: Refusal | undefined
  readonly commit: CommitResult | undefined
  readonly dependencies: readonly string[]
  readonly ms: number
}

export interface Reader {
  /** As of a flight. */
  readonly began: number
  /** As of its lookup. */
  readonly current: Token
}

export interface Flights {
  /**
   * A flight whose data is new enough for a reader, unless waiting for it could never end: one that began no
   * earlier than the reader, or one before which came every expiry that the reader must see.
   */
  joinable(key: string, reader: Reader, inside: Capture | undefined): Flight | undefined
  /** Whether the flight under way waits, itself or through others, for a fill around `inside`. */
  deadlocks(key: string, inside: Capture | undefined): boolean
  add(flight: Flight): void
  remove(flight: Flight): void
  /** Records that the fill around waits for `inner`. */
  nest(inside: Capture | undefined, inner: Flight): void
}

/** The flight that renders a capture: how nested fills find the one around them. */
const flightOfCapture = processWide('flightOfCapture', () => new WeakMap<Capture, Flight>())
const flightsOfStore = processWide('flights', () => new WeakMap<FragmentStore, Map<string, Flight>>())

export function bindFlight(capture: Capture, flight: Flight): void {
  flightOfCapture.set(capture, flight)
}

/** Single flight holds per process and store: every engine on the same store shares them. */
export function createFlights(store: FragmentStore): Flights {
  const underWay = flightsOfStore.get(store) ?? new Map<string, Flight>()
  flightsOfStore.set(store, underWay)

  const deadlocks = (key: string, inside: Capture | undefined) => {
    const flight = underWay.get(key)
    return flight !== undefined && reachesAny(flight, ancestors(inside))
  }

  return {
    deadlocks,
    joinable(key, { began, current }, inside) {
      const flight = underWay.get(key)
      if (flight?.token === undefined || deadlocks(key, inside)) return undefined
      return flight.began >= began || covers(flight.token, current) ? flight : undefined
    },
    add(flight) {
      underWay.set(flight.key, flight)
    },
    remove(flight) {
      flight.waitsFor.clear()
      if (underWay.get(flight.key) === flight) underWay.delete(flight.key)
    },
    nest(inside, inner) {
      const [outer] = ancestors(inside)
      outer?.waitsFor.add(inner)
    },
  }
}

function ancestors(inside: Capture | undefined): Set<Flight> {
  const found = new Set<Flight>()
  for (let capture = inside; capture; capture = capture.parent) {
    const flight = flightOfCapture.get(capture)
    if (flight) found.add(flight)
  }
  return found
}

/** Whether `flight` waits, through any number of others, for one of `targets`. */
function reachesAny(flight: Flight, targets: ReadonlySet<Flight>, seen = new Set<Flight>()): boolean {
  if (targets.has(flight)) return true
  if (seen.has(flight)) return false
  seen.add(flight)
  for (const inner of flight.waitsFor) if (reachesAny(inner, targets, seen)) return true
  return false
}
