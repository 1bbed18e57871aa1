import { type ElementType, Fragment, type ReactElement, type ReactNode } from 'react'
import { jsx, jsxs } from 'react/jsx-runtime'
import { createContentCacheError } from '../../core/errors.ts'
import { collectEmbeddedTrees } from './embeddedTree.ts'
import type { RenderedPart } from './joinHtml.ts'
import type { PreparedTree } from './prepareCompactTree.ts'
import type { RenderHtml } from './renderHtml.ts'

/**
 * Renders the HTML of several trees with one call, because a call of the renderer costs more than most trees, and completes the
 * trees in their order.
 *
 * @param trees each after those that are embedded in it
 * @returns the error of each tree, or `undefined` for a tree that is complete
 */
export function renderHtmlBatch(trees: readonly PreparedTree[], renderHtml: RenderHtml): unknown[] {
  let rendered: readonly RenderedPart[][] | undefined
  try {
    if (trees.length > 1) rendered = renderParts(trees, renderHtml)
  } catch {
    // One tree fails. The others must not fail with it.
  }
  return trees.map((tree, index) => {
    try {
      const [parts = []] = rendered ? [rendered[index]] : renderParts([tree], renderHtml)
      // The trees inside are complete only now.
      tree.finish(parts)
      return undefined
    } catch (error) {
      return error
    }
  })
}

/** Renders the samples of all trees apart, because React writes the preloads of an image in front of everything else. */
function renderSamples(trees: readonly PreparedTree[], renderHtml: RenderHtml): void {
  const samples = trees.flatMap(({ samples }) =>
    samples.length > 0 ? jsxs('div', { children: samples }) : [],
  )
  if (samples.length > 0) renderHtml(jsxs('div', { children: samples }))
}

/** @returns the parts of each tree */
function renderParts(trees: readonly PreparedTree[], renderHtml: RenderHtml): RenderedPart[][] {
  renderSamples(trees, renderHtml)
  // Text cannot contain the marks, because `<` is escaped. The HTML of embedded trees is put in later.
  const id = `rcc-${Math.random().toString(36).slice(2)}`
  const separator = jsx('hr', { id })
  const placeholder = jsx('hr', { id: `${id}-tree` })
  const nodes: ReactNode[] = []
  for (const { parts } of trees) {
    for (const { element, namespace } of parts) {
      nodes.push(
        namespace === 'html' ? element : jsx(namespace as ElementType, { children: element }),
        separator,
      )
    }
  }
  if (nodes.length === 0) return trees.map(() => [])
  const { result, trees: embedded } = collectEmbeddedTrees(placeholder, () =>
    renderHtml(jsxs(Fragment, { children: [separator, ...nodes] })),
  )
  const [hoisted = '', ...texts] = result.split(`<hr id="${id}"/>`)
  if (!ONLY_PRELOADS.test(hoisted))
    throw createContentCacheError('CC_NOT_COMPACTED', [`React wrote ${hoisted.slice(0, 100)} in front of it`])
  if (texts.length !== nodes.length / 2 + 1) {
    throw createContentCacheError('CC_NOT_COMPACTED', [
      `React wrote ${texts.length - 1} elements instead of ${nodes.length / 2}`,
    ])
  }
  let nextText = 0
  let nextTree = 0
  return trees.map(({ parts }) =>
    parts.map(({ element, namespace }) => {
      const text = texts[nextText++] ?? ''
      const html = namespace === 'html' ? text : text.slice(text.indexOf('>') + 1, text.lastIndexOf('</'))
      checkOuterHtml(html, element)
      const cut = html.split(`<hr id="${id}-tree"/>`)
      return { texts: cut, trees: embedded.slice(nextTree, (nextTree += cut.length - 1)) }
    }),
  )
}

/** A fragment has the preloads of its images as hints. */
const ONLY_PRELOADS = /^(<link rel="preload" as="image"[^>]*>)*$/

/** @throws when React has written a hoisted element in front of it */
function checkOuterHtml(html: string, { type }: ReactElement): void {
  if (!html.startsWith(`<${type}`))
    throw createContentCacheError('CC_NOT_COMPACTED', [`React wrote <${type}> as ${html.slice(0, 100)}`])
}
