import { createDeferred, type Deferred } from '../core/deferred.ts'
import { runDetached } from '../core/runDetached.ts'

/** HTML by id. */
export type DeferredHtml = Readonly<Record<string, readonly string[]>>

/** The HTML that one document takes from this process, so that the data beside it need not repeat it. */
export interface DocumentHtml {
  /**
   * Keeps HTML for the document.
   *
   * @returns where to take it, and what the browser gets late of all that the document then does not show
   */
  add(html: readonly string[]): { readonly id: string; readonly deferredHtml: Promise<DeferredHtml> }
  /** Called where the document is rendered. */
  consume(id: string): readonly string[] | undefined
}

/**
 * How long a document has to show what it was given: so many steps of so many milliseconds, because a step is
 * a turn of the event loop too, however long that takes when there is much to do. It matters only where a
 * component does not show its children at first, such as a tab: what is sent although it was shown is sent twice,
 * and what would not be sent could not be shown.
 */
const MAX_STEPS = 10
const STEP_MS = 5

export function createDocumentHtml(): DocumentHtml {
  const ids = new Map<readonly string[], string>()
  const htmlById = new Map<string, readonly string[]>()
  const consumedIds = new Set<string>()
  let pending: Delivery | undefined

  function startDelivery(): Delivery {
    // Made out of the request, which the scope around may outlive.
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
      // Two copies of a fragment on one page share what they show.
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
