import { LRUCache } from 'lru-cache'
import type { ReactElement } from 'react'
import { defineGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import { runDetached } from '../../core/runDetached.ts'
import { type ComponentElements, parseComponentHtml } from '../../react/rawHtml/parseComponentHtml.ts'
import { changeElement, getClientReferenceId } from '../../react/reactInternals.ts'
import { renderComponentHtml } from '../client/renderComponentHtml.ts'
import { loadClientExport } from '../internals/loadClientExport.ts'
import { loadHtmlRenderer } from '../internals/loadHtmlRenderer.ts'
import type { NextWork } from '../internals/nextWork.ts'
import { warnOnce } from '../warnOnce.ts'
import { describeProps } from './describeProps.ts'

/** Components with equal props have the same HTML. Characters of all descriptions and of all HTML. */
const MAX_CHARACTERS = 4_000_000

/** One result in so many is made again, to find components that depend on more than their props. */
const CHECK_INTERVAL = 100

interface Known {
  readonly html: string
  readonly found: ComponentElements
  uses: number
}

interface Memory {
  readonly known: LRUCache<string, Known>
  readonly pending: Map<string, Promise<ComponentElements>>
  /** Components that are known to depend on more than their props, and the reasons. */
  readonly refused: Map<string, string>
}

const getMemory = defineGlobalSingleton(
  'componentHtml',
  (): Memory => ({
    known: new LRUCache({
      maxSize: MAX_CHARACTERS,
      sizeCalculation: ({ html }, key) => html.length + key.length + 100,
    }),
    pending: new Map(),
    refused: new Map(),
  }),
)

/** Returns the elements that a client component renders at first. Renders it if no component with equal props is known. */
export function findComponentElements(
  element: ReactElement<object>,
  work: NextWork,
): ComponentElements | Promise<ComponentElements> {
  const { known, pending, refused } = getMemory()
  const id = getClientReferenceId(element.type as unknown as object) ?? ''
  const refusal = refused.get(id)
  if (refusal !== undefined) return { obstacle: refusal }
  const description = describeProps(element.props)
  if (description === undefined) return { obstacle: 'props that are no data' }
  const key = `${id} ${description}`
  const item = known.get(key)
  const isChecked = item !== undefined && ++item.uses % CHECK_INTERVAL === 0
  if (item !== undefined && !isChecked) return item.found
  let running = pending.get(key)
  if (running === undefined) {
    running = renderElements(element, work)
      .then(({ html, found }) => {
        if (item !== undefined && item.html !== html) return refuse(id, 'other HTML for the same props')
        if (html !== undefined) known.set(key, { html, found, uses: 0 })
        return found
      })
      .catch(() => ({ obstacle: 'it cannot be rendered alone' }))
      .finally(() => pending.delete(key))
    pending.set(key, running)
  }
  return running
}

/** The component keeps its component from now on. */
function refuse(id: string, obstacle: string): ComponentElements {
  getMemory().refused.set(id, obstacle)
  warnOnce(`prerender ${id}`, () =>
    console.error(
      `${id} was declared with prerenderComponent(), and has rendered ${obstacle}. It is rendered for each request from now on.`,
    ),
  )
  return { obstacle }
}

interface RenderedElements {
  /** Absent if the component cannot be rendered alone. */
  readonly html?: string
  readonly found: ComponentElements
}

async function renderElements(element: ReactElement<object>, work: NextWork): Promise<RenderedElements> {
  const [type, render] = await Promise.all([
    loadClientExport(element.type as unknown as object, work),
    loadClientExport(renderComponentHtml, work),
  ])
  if (type === undefined || typeof render !== 'function')
    return { found: { obstacle: 'its code is not found' } }
  // Outside of the request, which the component cannot depend on.
  const { html, obstacle } = await runDetached(() =>
    (render as typeof renderComponentHtml)(changeElement(element, { type })),
  )
  if (obstacle !== undefined) return { found: { obstacle } }
  const found = parseComponentHtml(html)
  if (found.elements === undefined) return { html, found }
  const renderToString = await loadHtmlRenderer()
  return renderToString(found.elements) === html
    ? { html, found }
    : { html, found: { obstacle: 'its HTML has no equal elements' } }
}
