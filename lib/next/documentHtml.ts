import { createDeferred, type Deferred } from '../core/deferred.ts'
import { runDetached } from '../core/runDetached.ts'

/** The HTML of fragments, by id. */
export type DeferredHtml = Readonly<Record<string, readonly string[]>>

/**
 * Passes HTML to the render of one document within the process, so that the data of the document need not repeat it.
 */
export interface DocumentHtml {
  /**
   * Keeps HTML for the document.
   *
   * @returns the id for `consume`, and the HTML that the document did not show, which the browser gets later
   */
  add(html: readonly string[]): { readonly id: string; readonly deferredHtml: Promise<DeferredHtml> }
  /** Returns the HTML. Called when the document shows it. */
  consume(id: string): readonly string[] | undefined
}

/**
 * How long a document may take to show its HTML. The time is counted in steps, because each step also takes a turn of
 * the event loop: a busy process waits longer. The limit matters only for components that do not show their children at
 * first, such as a tab. Their HTML has to be sent later, or they could not show it. HTML that is sent although it was
 * shown is sent twice.
 */
const MAX_STEPS = 10
const STEP_MS = 5

export function createDocumentHtml(): DocumentHtml {
  const ids = new Map<readonly string[], string>()
  const htmlById = new Map<string, readonly string[]>()
  const consumedIds = new Set<string>()
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
    const missing = [...delivery.ids].filter((id) => !consumedIds.has(id))
    delivery.deferredHtml.resolve(Object.fromEntries(missing.map((id) => [id, htmlById.get(id) ?? []])))
  }

  return {
    add(html) {
      // Two copies of a fragment on one page share their HTML.
      const id = ids.get(html) ?? String(ids.size)
      ids.set(html, id)
      htmlById.set(id, html)
      pending ??= startDelivery()
      pending.ids.add(id)
      pending.steps = 0
      return { id, deferredHtml: pending.deferredHtml.promise }
    },
    consume(id) {
      consumedIds.add(id)
      pending?.ids.delete(id)
      if (pending?.ids.size === 0) deliver(pending)
      return htmlById.get(id)
    },
  }
}

interface Delivery {
  readonly ids: Set<string>
  readonly deferredHtml: Deferred<DeferredHtml>
  steps: number
  timer: ReturnType<typeof setTimeout> | undefined
}
