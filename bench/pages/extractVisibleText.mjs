/** The entities that React writes, and those in the HTML of articles. */
const entities = {
  lt: '<',
  gt: '>',
  quot: '"',
  '#x27': "'",
  '#39': "'",
  amp: '&',
  nbsp: '\u00a0',
  mdash: '—',
  minus: '−',
  ldquo: '“',
  rdquo: '”',
  rsquo: '’',
}
const entity = new RegExp(`&(${Object.keys(entities).join('|')});`, 'g')

/** Returns the visible text of a document, which does not depend on its markup. */
export function extractVisibleText(html) {
  return placeSegments(html.slice(html.indexOf('<body')))
    .replaceAll(/<(script|style|template|noscript)\b.*?<\/\1>/gs, '')
    .replaceAll(/<!--.*?-->|<[^>]*>/gs, '')
    .replaceAll(entity, (_, name) => entities[name])
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** Puts segments that React has sent late where its script puts them in a browser. */
function placeSegments(html) {
  const segments = new Map()
  const rest = html
    .split(/(?=<div hidden id="S:)/)
    .map((part) => {
      const [, id, content, after] = part.match(/^<div hidden id="S:(\w+)">(.*?)<\/div>(<script.*)$/s) ?? []
      if (id === undefined || !html.includes(`<template id="P:${id}">`)) return part
      segments.set(id, content)
      return after
    })
    .join('')
  const place = (text) =>
    text.replaceAll(/<template id="P:(\w+)"><\/template>/g, (_, id) => place(segments.get(id) ?? ''))
  return place(rest)
}
