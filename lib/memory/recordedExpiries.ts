import { isRecordedObject } from '../core/isRecordedObject.ts'
import { MAX_RECORDED_OBJECTS } from '../core/protocol.gen.ts'

/** The clock at which each recorded object was last expired. Bounded in number, not in time. */
export interface RecordedExpiries {
  /** @param clock at least as high as that of any earlier expiry */
  record(objects: readonly string[], clock: number): void
  /** The highest clock at which one of the objects may have been expired; 0 when none was. */
  getLast(objects: readonly string[]): number
}

export function createRecordedExpiries(): RecordedExpiries {
  // A Map keeps insertion order, and a record is always re-inserted: the oldest come first.
  const clocks = new Map<string, number>()
  /** An object without a record was expired at this clock at the latest. */
  let floor = 0

  return {
    record(objects, clock) {
      for (const object of objects.filter(isRecordedObject)) {
        clocks.delete(object)
        clocks.set(object, clock)
      }
      for (const [object, trimmedClock] of clocks) {
        if (clocks.size <= MAX_RECORDED_OBJECTS) break
        clocks.delete(object)
        floor = trimmedClock
      }
    },
    getLast: (objects) =>
      objects
        .filter(isRecordedObject)
        .reduce((last, object) => Math.max(last, floor, clocks.get(object) ?? 0), 0),
  }
}
