/** The elements of a document that show texts of a fragment. */
export interface DomTexts {
  /** Returns the `ref` of an element that shows a text. */
  createRef(text: string): (element: Element | null) => void
  /** Shows each text in its element, if the element shows another one. React does not compare the texts when it hydrates. */
  overwrite(): void
}

export function createDomTexts(): DomTexts {
  const texts = new Map<Element, string>()
  return {
    createRef: (text) => (element) => {
      if (element !== null) texts.set(element, text)
    },
    overwrite() {
      for (const [element, text] of texts) if (element.textContent !== text) element.textContent = text
    },
  }
}
