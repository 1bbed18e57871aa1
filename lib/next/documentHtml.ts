import { createDeferred, type Deferred } from '../core/deferred.ts'
import { runDetached } from '../core/runDetached.ts'
import type { PrerenderedSlots } from './prerender/prerenderedSlots.ts'

/** What a document shows of a fragment, besides its shape and its client components. */
export interface FragmentHtml {
  readonly html: readonly string[]
  /** The first HTML of client components. */
  readonly prerendered?: PrerenderedSlots | undefined
}

/** The HTML of fragments, by id. */
export type DeferredHtml = Readonly<Record<string, readonly string[]>>

/**
 * Passes HTML to the render of one document within the process, so that the data of the document need not repeat it.
 */
export interface DocumentHtml {
  /**
   * Keeps HTML for the document.
   *
   * @param isApart whether another use of the same HTML has an id of its own. A stored shell may show only one of them
   * @returns the id for `markShown`, and the HTML that the document did not show, which the browser gets later
   */
  add(
    fragment: FragmentHtml,
    isApart?: boolean,
  ): { readonly id: string; readonly deferredHtml: Promise<DeferredHtml> }
  /** Notes that the document shows the HTML, and returns it. React may render its component again, so calls repeat. */
  markShown(id: string): FragmentHtml | undefined
}

/**
 * How long a document may take to show its HTML. The rest is then sent as data, for components that do not show their
 * children at first, such as a tab. HTML that the document shows even later is sent twice. The time is counted in steps
 * of a timer, because each step waits for a turn of the event loop: a busy process has more time.
 */
const MAX_STEPS = 10
const STEP_MS = 5

export function createDocumentHtml(): DocumentHtml {
  const ids = new Map<readonly string[], string>()
  const fragments = new Map<string, FragmentHtml>()
  const shownIds = new Set<string>()
  let pending: Delivery | undefined

  function startDelivery(): Delivery {
    // In an empty async context, because the scope around it may outlive the request.
    const deferredHtml = runDetached(() => createDeferred<DeferredHtml>())
    const delivery: Delivery = { ids: new Set(), deferredHtml, steps: 0, timer: undefined }
    const step = () => {
      if (++delivery.steps < MAX_STEPS) delivery.timer = setTimeout(step, STEP_MS)
      else deliver(delivery)
    }
    delivery.timer = setTimeout(step, STEP_MS)
    return delivery
  }

  function deliver(delivery: Delivery) {
    clearTimeout(delivery.timer)
    if (pending === delivery) pending = undefined
    const missing = [...delivery.ids].filter((id) => !shownIds.has(id))
    delivery.deferredHtml.resolve(
      Object.fromEntries(missing.map((id) => [id, fragments.get(id)?.html ?? []])),
    )
  }

  return {
    add(fragment, isApart = false) {
      // Two copies of a fragment on one page share their HTML.
      const id = (isApart ? undefined : ids.get(fragment.html)) ?? String(fragments.size)
      if (!isApart) ids.set(fragment.html, id)
      fragments.set(id, fragment)
      pending ??= startDelivery()
      pending.ids.add(id)
      pending.steps = 0
      return { id, deferredHtml: pending.deferredHtml.promise }
    },
    markShown(id) {
      shownIds.add(id)
      pending?.ids.delete(id)
      if (pending?.ids.size === 0) deliver(pending)
      return fragments.get(id)
    },
  }
}

interface Delivery {
  readonly ids: Set<string>
  readonly deferredHtml: Deferred<DeferredHtml>
  steps: number
  timer: ReturnType<typeof setTimeout> | undefined
}
