import { act } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { expect, it } from 'vitest'
import { createDomTexts } from '../../../lib/next/client/domTexts.ts'

async function hydrate(shown: string, text: string): Promise<HTMLElement> {
  const root = document.createElement('div')
  root.innerHTML = `<p>${shown}</p><p>${shown}</p>`
  const texts = createDomTexts()
  const content = [0, 1].map((index) => (
    <p key={index} ref={texts.createRef(text)} suppressHydrationWarning>
      {text}
    </p>
  ))
  await act(async () => void hydrateRoot(root, content))
  texts.overwrite()
  return root
}

it('a text in a stored shell is replaced where the data has another one', async () => {
  const root = await hydrate('before', 'after')
  expect(root.innerHTML).toBe('<p>after</p><p>after</p>')
})

it('an element that shows the text already stays untouched', async () => {
  const root = document.createElement('p')
  root.append('a text')
  const [node] = root.childNodes
  const texts = createDomTexts()
  texts.createRef('a text')(root)
  texts.overwrite()
  expect(root.firstChild).toBe(node)
})
