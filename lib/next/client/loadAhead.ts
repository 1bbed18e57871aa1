import { preconnect, prefetchDNS, preinit, preinitModule, preload, preloadModule } from 'react-dom'

type Options = Record<string, unknown>

/**
 * Repeats calls of React's `preload()` and its like for the page that is being rendered, on the server or in a browser.
 * React does nothing for a call that it knows.
 *
 * @param calls the letter that Flight writes for the function, and its arguments
 */
export function loadAhead(calls: readonly (readonly [code: string, ...args: readonly unknown[]])[]): void {
  for (const [code, href, ...args] of calls) if (typeof href === 'string') repeat(code, href, args)
}

function repeat(code: string, href: string, [first, second]: readonly unknown[]): void {
  switch (code) {
    case 'D':
      return prefetchDNS(href)
    case 'C':
      return preconnect(href, typeof first === 'string' ? { crossOrigin: first as '' } : undefined)
    case 'L':
      return preload(href, { ...(second as Options), as: first as 'script' })
    case 'm':
      return preloadModule(href, { as: 'script', ...(first as Options) })
    case 'X':
      return preinit(href, { ...(first as Options), as: 'script' })
    case 'S':
      // React writes 0 for no precedence.
      return preinit(href, {
        ...(second as Options),
        as: 'style',
        ...(first ? { precedence: `${first}` } : {}),
      })
    case 'M':
      return preinitModule(href, { ...(first as Options), as: 'script' })
  }
}
