const entities = { lt: '<', gt: '>', quot: '"', '#x27': "'", '#39': "'", amp: '&' }

/** Returns the visible text of a document, which does not depend on its markup. */
export function extractVisibleText(html) {
  return html
    .slice(html.indexOf('<body'))
    .replaceAll(/<(script|style|template|noscript)\b.*?<\/\1>/gs, '')
    .replaceAll(/<!--.*?-->|<[^>]*>/gs, '')
    .replaceAll(/&(lt|gt|quot|#x27|#39|amp);/g, (_, name) => entities[name])
    .replaceAll(/\s+/g, ' ')
    .trim()
}
