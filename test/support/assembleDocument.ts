/**
 * Assembles a streamed document like a browser: moves each part that React sent late to its place. Unlike a parser, it
 * keeps the bytes of the text.
 */
export function assembleDocument(document: string): string {
  let html = document
  for (const [start = '', id = ''] of document.matchAll(/<div hidden id="S:([0-9a-f]+)">/g)) {
    const from = html.indexOf(start)
    const to = findElementEnd(html, from)
    const content = html.slice(from + start.length, to - '</div>'.length)
    const rest = html.slice(0, from) + html.slice(to)
    const [, boundary] = new RegExp(`\\$RC\\("B:([0-9a-f]+)","S:${id}"\\)`).exec(html) ?? []
    const assembled =
      boundary === undefined
        ? replacePlace(rest, `<template id="P:${id}"></template>`, content)
        : replaceBoundary(rest, boundary, content)
    // Next answers a form on a partly prerendered page without the shell, so a part may have no place.
    html = assembled ?? html
  }
  return html
}

function replacePlace(html: string, place: string, content: string): string | undefined {
  return html.includes(place) ? html.split(place).join(content) : undefined
}

/** Replaces the fallback of a boundary. */
function replaceBoundary(html: string, id: string, content: string): string | undefined {
  const start = `<!--$?--><template id="B:${id}"></template>`
  const from = html.indexOf(start)
  if (from < 0) return undefined
  let depth = 1
  for (const { 0: mark, index } of html.slice(from + start.length).matchAll(/<!--(?:\$[?!~]?|\/\$)-->/g)) {
    depth += mark === '<!--/$-->' ? -1 : 1
    if (depth > 0) continue
    return `${html.slice(0, from)}<!--$-->${content}${html.slice(from + start.length + index)}`
  }
  throw new Error(`Boundary ${id} does not end.`)
}

function findElementEnd(html: string, from: number): number {
  let depth = 0
  for (const { 0: tag, index } of html.slice(from).matchAll(/<(\/?)div\b[^>]*>/g)) {
    depth += tag.startsWith('</') ? -1 : 1
    if (depth === 0) return from + index + tag.length
  }
  throw new Error(`An element does not end: ${html.slice(from, from + 80)}`)
}
