/**
 * A streamed document as a browser puts it together: each part that React sent late stands where its inline script
 * moves it. Text stays byte for byte as it was sent, which a parser would not keep.
 */
export function assembled(document: string): string {
  let html = document
  for (const [start = '', id = ''] of document.matchAll(/<div hidden id="S:([0-9a-f]+)">/g)) {
    const from = html.indexOf(start)
    const to = endOfElement(html, from)
    const content = html.slice(from + start.length, to - '</div>'.length)
    html = html.slice(0, from) + html.slice(to)
    const [, boundary] = new RegExp(`\\$RC\\("B:([0-9a-f]+)","S:${id}"\\)`).exec(html) ?? []
    html =
      boundary === undefined
        ? replaced(html, `<template id="P:${id}"></template>`, content)
        : withBoundary(html, boundary, content)
  }
  return html
}

/** In place of what stands in a boundary that waited. */
function withBoundary(html: string, id: string, content: string): string {
  const start = `<!--$?--><template id="B:${id}"></template>`
  const from = html.indexOf(start)
  if (from < 0) return html
  let depth = 1
  for (const { 0: mark, index } of html.slice(from + start.length).matchAll(/<!--(?:\$[?!~]?|\/\$)-->/g)) {
    depth += mark === '<!--/$-->' ? -1 : 1
    if (depth > 0) continue
    return `${html.slice(0, from)}<!--$-->${content}${html.slice(from + start.length + index)}`
  }
  throw new Error(`Boundary ${id} does not end.`)
}

function endOfElement(html: string, from: number): number {
  let depth = 0
  for (const { 0: tag, index } of html.slice(from).matchAll(/<(\/?)div\b[^>]*>/g)) {
    depth += tag.startsWith('</') ? -1 : 1
    if (depth === 0) return from + index + tag.length
  }
  throw new Error(`An element does not end: ${html.slice(from, from + 80)}`)
}

function replaced(html: string, place: string, content: string): string {
  return html.split(place).join(content)
}
