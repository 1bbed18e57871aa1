const entities = { lt: '<', gt: '>', quot: '"', '#x27': "'", '#39': "'", amp: '&' }

/** What a reader of the document sees, in any markup that shows it. */
export function visibleText(html) {
  return html
    .slice(html.indexOf('<body'))
    .replaceAll(/<(script|style|template|noscript)\b.*?<\/\1>/gs, '')
    .replaceAll(/<!--.*?-->|<[^>]*>/gs, '')
    .replaceAll(/&(lt|gt|quot|#x27|#39|amp);/g, (_, name) => entities[name])
    .replaceAll(/\s+/g, ' ')
    .trim()
}
