import { readField, writeField } from '../../react/compaction/readField.ts'
import { replaceBehaviours } from './behaviourProps.ts'

/** The elements of a document that show the texts of a fragment. */
export interface DomTexts {
  /** The `ref` of each of these elements. They share one function, because a page may have thousands of them. */
  readonly ref: (element: Element | null) => void
  /**
   * Shows each text in its element, if the element shows another one. React does not compare the texts when it hydrates.
   *
   * @param texts in the order of the document
   */
  overwrite(texts: readonly string[]): void
}

export function createDomTexts(): DomTexts {
  /** Made for the first element: few fragments have any. */
  let elements: Set<Element> | undefined
  return {
    ref(element) {
      if (element === null) return
      elements ??= new Set()
      elements.add(element)
    },
    overwrite(texts) {
      const mounted = [...(elements ?? [])]
        .filter((element) => readField(element, 'isConnected'))
        .sort(compareDocumentOrder)
      // React mounts the elements of a fragment together. If it has not, it is unknown which text is whose.
      if (mounted.length !== texts.length) return
      for (const [index, element] of mounted.entries()) {
        const text = texts[index] ?? ''
        if (readField(element, 'textContent') !== text)
          replaceBehaviours(element, () => writeField(element, 'textContent', text))
      }
    },
  }
}

function compareDocumentOrder(a: Element, b: Element): number {
  return Node.prototype.compareDocumentPosition.call(a, b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1
}
