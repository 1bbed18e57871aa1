import { preconnect, prefetchDNS, preinit, preinitModule, preload, preloadModule } from 'react-dom'
import { COMPONENT_PRELOAD } from '../../react/compaction/imagePreload.ts'

type Options = Record<string, unknown>

/**
 * Repeats calls of `preload()` and similar functions of React for the page that is being rendered, on the server or in
 * a browser. React ignores a call that it has seen before.
 *
 * @param calls each with the letter that Flight writes for the function, or {@link COMPONENT_PRELOAD}, and the arguments
 */
export function loadAhead(calls: readonly (readonly [code: string, ...args: readonly unknown[]])[]): void {
  for (const [code, href, ...args] of calls) if (typeof href === 'string') repeatCall(code, href, args)
}

function repeatCall(code: string, href: string, [first, second]: readonly unknown[]): void {
  if (code === 'D') prefetchDNS(href)
  else if (code === 'C')
    preconnect(href, typeof first === 'string' ? { crossOrigin: first as '' } : undefined)
  else if (code === 'L' || code === COMPONENT_PRELOAD)
    preload(href, { ...(second as Options), as: first as 'script' })
  else if (code === 'm') preloadModule(href, { as: 'script', ...(first as Options) })
  else if (code === 'X') preinit(href, { ...(first as Options), as: 'script' })
  else if (code === 'M') preinitModule(href, { ...(first as Options), as: 'script' })
  else if (code === 'S') {
    // React writes 0 for no precedence.
    preinit(href, { ...(second as Options), as: 'style', ...(first ? { precedence: `${first}` } : {}) })
  }
}
