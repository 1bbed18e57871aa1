import { act, createElement, Fragment } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { afterEach, expect, it } from 'vitest'
import { createDomTexts } from '../../../lib/next/client/domTexts.ts'

afterEach(() => {
  document.body.replaceChildren()
})

/** Hydrates texts over those that a stored shell shows. */
async function hydrate(shown: readonly string[], texts: readonly string[]) {
  const root = document.createElement('div')
  root.innerHTML = shown.map((text) => `<p>${text}</p>`).join('')
  document.body.append(root)
  const nodes = [...root.children].map(({ firstChild }) => firstChild)
  const domTexts = createDomTexts()
  const content = texts.map((text) =>
    createElement('p', { ref: domTexts.ref, suppressHydrationWarning: true }, text),
  )
  await act(async () => void hydrateRoot(root, createElement(Fragment, null, ...content)))
  return { root, nodes, overwrite: () => domTexts.overwrite(texts), ref: domTexts.ref }
}

it('texts in a stored shell are replaced where the data has others', async () => {
  const { root, nodes, overwrite } = await hydrate(['one', 'before', 'three'], ['one', 'after', 'three'])
  expect(root.textContent).toBe('onebeforethree')
  overwrite()
  expect(root.innerHTML).toBe('<p>one</p><p>after</p><p>three</p>')
  expect(root.firstChild?.firstChild).toBe(nodes[0])
})

it('texts are in the order of the document', async () => {
  const { root, overwrite, ref } = await hydrate(['a', 'b'], ['one', 'two'])
  // As if React had attached another `ref` first.
  for (const element of [...root.children].reverse()) ref(element)
  overwrite()
  expect(root.innerHTML).toBe('<p>one</p><p>two</p>')
})

it('no text is replaced when an element is missing', async () => {
  const { root, overwrite } = await hydrate(['a', 'b'], ['one', 'two'])
  root.firstElementChild?.remove()
  overwrite()
  expect(root.innerHTML).toBe('<p>b</p>')
})
