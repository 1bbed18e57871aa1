import { type Deferred, deferred } from '../core/deferred.ts'
import { detached } from '../core/detached.ts'

/** HTML by id. */
export type LateHtml = Readonly<Record<string, readonly string[]>>

/** The HTML that one document takes from this process, so that the data beside it need not repeat it. */
export interface HtmlOfDocument {
  /**
   * Keeps HTML for the document.
   *
   * @returns where to take it, and what the browser gets late of all that the document then does not show
   */
  add(html: readonly string[]): { readonly id: string; readonly late: Promise<LateHtml> }
  /** Called where the document is rendered. */
  take(id: string): readonly string[] | undefined
}

/**
 * How long a document has to show what it was given: so many steps of so many milliseconds, because a step is
 * a turn of the event loop too, however long that takes when there is much to do. It matters only where a
 * component does not show its children at first, such as a tab: what is sent although it was shown is sent twice,
 * and what would not be sent could not be shown.
 */
const STEPS = 10
const STEP = 5

export function createHtmlOfDocument(): HtmlOfDocument {
  const ids = new Map<readonly string[], string>()
  const kept = new Map<string, readonly string[]>()
  const shown = new Set<string>()
  let waiting: Waiting | undefined

  function wait(): Waiting {
    // Made out of the request, which the scope around may outlive.
    const late = detached(() => deferred<LateHtml>())
    const begun: Waiting = { ids: new Set(), late, steps: 0, timer: undefined }
    const step = () => {
      if (++begun.steps < STEPS) begun.timer = setTimeout(step, STEP)
      else settle(begun)
    }
    begun.timer = setTimeout(step, STEP)
    return begun
  }

  function settle(settled: Waiting) {
    clearTimeout(settled.timer)
    if (waiting === settled) waiting = undefined
    const missing = [...settled.ids].filter((id) => !shown.has(id))
    settled.late.resolve(Object.fromEntries(missing.map((id) => [id, kept.get(id) ?? []])))
  }

  return {
    add(html) {
      // Two copies of a fragment on one page share what they show.
      const id = ids.get(html) ?? String(ids.size)
      ids.set(html, id)
      kept.set(id, html)
      waiting ??= wait()
      waiting.ids.add(id)
      waiting.steps = 0
      return { id, late: waiting.late.promise }
    },
    take(id) {
      shown.add(id)
      waiting?.ids.delete(id)
      if (waiting?.ids.size === 0) settle(waiting)
      return kept.get(id)
    },
  }
}

interface Waiting {
  readonly ids: Set<string>
  readonly late: Deferred<LateHtml>
  steps: number
  timer: ReturnType<typeof setTimeout> | undefined
}
