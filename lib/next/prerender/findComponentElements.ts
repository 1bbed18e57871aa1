import { LRUCache } from 'lru-cache'
import type { ReactElement } from 'react'
import { defineGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import { runDetached } from '../../core/runDetached.ts'
import { parseComponentHtml } from '../../react/rawHtml/parseComponentHtml.ts'
import { changeElement, getClientReferenceId } from '../../react/reactInternals.ts'
import { renderComponentHtml } from '../client/renderComponentHtml.ts'
import { getDevBuildStamp } from '../internals/getDevBuildStamp.ts'
import { loadClientExport } from '../internals/loadClientExport.ts'
import { loadHtmlRenderer } from '../internals/loadHtmlRenderer.ts'
import type { NextWork } from '../internals/nextWork.ts'
import { warnOnce } from '../warnOnce.ts'
import { describeProps } from './describeProps.ts'

/** What is known of the first render of a component with certain props. */
export interface FoundElements {
  /** Elements without components that React writes as the component's HTML. Absent if the HTML cannot be stored. */
  readonly elements?: ReactElement | undefined
  /** Why it cannot be stored. */
  readonly obstacle?: string | undefined
  /** A hook or a handler that needs a browser. */
  readonly behaviour?: string | undefined
}

/** Components with equal props have the same HTML. Characters of all descriptions and of all HTML. */
const MAX_CHARACTERS = 4_000_000

/** One use in so many renders the component again, to find components that depend on more than their props. */
const CHECK_INTERVAL = 100

interface Known {
  /** Absent if the component cannot be rendered alone. */
  readonly html?: string | undefined
  readonly found: FoundElements
  uses: number
}

interface Memory {
  readonly known: LRUCache<string, Known>
  readonly pending: Map<string, Promise<FoundElements>>
  /** Components that depend on more than their props, whatever those are, and the reasons. */
  readonly refused: Map<string, string>
}

const getMemory = defineGlobalSingleton(
  'componentHtml',
  (): Memory => ({
    known: new LRUCache({
      maxSize: MAX_CHARACTERS,
      sizeCalculation: ({ html = '' }, key) => html.length + key.length + 100,
    }),
    pending: new Map(),
    refused: new Map(),
  }),
)

/** Returns the elements that a client component renders at first. Renders it if no component with equal props is known. */
export function findComponentElements(
  element: ReactElement<object>,
  work: NextWork,
): FoundElements | Promise<FoundElements> {
  const { known, pending, refused } = getMemory()
  const id = getClientReferenceId(element.type as unknown as object) ?? ''
  // In development an edit changes the code behind an id.
  const code = process.env.NODE_ENV === 'development' ? `${id} ${getDevBuildStamp(work)}` : id
  const refusal = refused.get(code)
  if (refusal !== undefined) return { obstacle: refusal }
  const description = describeProps(element.props)
  if (description === undefined) return { obstacle: 'props that are no data' }
  const key = `${code} ${description}`
  const item = known.get(key)
  const isChecked = item?.html !== undefined && ++item.uses % CHECK_INTERVAL === 0
  if (item !== undefined && !isChecked) return item.found
  let running = pending.get(key)
  if (running === undefined) {
    running = renderElements(element, work)
      .catch((): Rendered => ({ found: { obstacle: 'it cannot be rendered alone' } }))
      .then(({ html, found, isImpure }) => {
        pending.delete(key)
        if (isImpure) refused.set(code, found.obstacle ?? '')
        // The render may have failed for a reason that passes.
        if (item?.html !== undefined && html === undefined && !isImpure) return item.found
        if (item?.html !== undefined && html !== undefined && item.html !== html) {
          const obstacle = 'other HTML for the same props'
          refused.set(code, obstacle)
          warnOnce(`prerender ${code}`, () => console.error(describeImpurity(id)))
          return { obstacle }
        }
        known.set(key, { html, found, uses: item?.uses ?? 0 })
        return found
      })
    pending.set(key, running)
  }
  return running
}

function describeImpurity(id: string): string {
  return (
    `${id} was declared with prerenderComponent(), and has rendered other HTML for the same props. ` +
    'It is rendered for each document from now on.'
  )
}

interface Rendered {
  readonly html?: string | undefined
  readonly found: FoundElements
  /** Whether the component depends on more than its props, whatever those are. */
  readonly isImpure?: boolean | undefined
}

/** Renders outside of the request and of the fill, on which neither the component nor the code of its module may depend. */
function renderElements(element: ReactElement<object>, work: NextWork): Promise<Rendered> {
  return runDetached(async () => {
    const [type, render] = await Promise.all([
      loadClientExport(element.type as unknown as object, work),
      loadClientExport(renderComponentHtml, work),
    ])
    if (type === undefined || typeof render !== 'function')
      return { found: { obstacle: 'its code is not found' } }
    const rendered = await (render as typeof renderComponentHtml)(changeElement(element, { type }))
    const { html, obstacle, isImpure, behaviour } = rendered
    if (html === undefined) return { found: { obstacle }, isImpure }
    const parsed = parseComponentHtml(html)
    if (parsed.elements === undefined) return { html, found: parsed }
    const renderToString = await loadHtmlRenderer()
    return renderToString(parsed.elements) === html
      ? { html, found: { elements: parsed.elements, behaviour } }
      : { html, found: { obstacle: 'its HTML has no equal elements' } }
  })
}
