import type { FragmentReport } from '../core/fragmentReport.ts'

/** The reports on the fragments of one request, in the order in which React asked for the fragments. */
export interface ReportList {
  add(report: FragmentReport): void
  /**
   * Keeps a place for a report that comes later.
   *
   * @returns a function to call once, without a report if the fragment has failed
   */
  reserve(): (report?: FragmentReport) => void
  /** Waits for the reports of all fragments that have begun. */
  readAll(): Promise<FragmentReport[]>
}

interface Place {
  report?: FragmentReport | undefined
}

export function createReportList(): ReportList {
  const places: Place[] = []
  let open = 0
  let resume: (() => void)[] = []

  return {
    add(report) {
      places.push({ report })
    },
    reserve() {
      const place: Place = {}
      places.push(place)
      open++
      return (report) => {
        place.report = report
        if (--open > 0) return
        const waiting = resume
        resume = []
        for (const wake of waiting) wake()
      }
    },
    async readAll() {
      let seenCount: number
      do {
        seenCount = places.length
        // Waits for the next task, so that fragments that begin in the same turn are included.
        await new Promise((resolve) => setImmediate(resolve))
        while (open > 0) await new Promise<void>((resolve) => resume.push(resolve))
      } while (seenCount !== places.length)
      return places.flatMap(({ report }) => report ?? [])
    },
  }
}
