declare global {
  interface Window {
    /** The navigations that Next has announced: the URL and the type of each. */
    transitions?: string[]
  }
}

export function onRouterTransitionStart(url: string, type: string): void {
  window.transitions ??= []
  window.transitions.push(`${type} ${url}`)
}
