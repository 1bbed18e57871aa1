import { markOfContent } from '../../react/compaction/mark.ts'

/** HTML that came with the document, and only there. */
export interface HtmlInPage {
  /** For the element that shows it. */
  readonly props: Readonly<Record<string, unknown>>
  /** Whether it is known, or found in the page, where it is as long as React has not mounted anything in its place. */
  find(): boolean
  /** Shows `text` where something else is shown: React does not compare HTML when it hydrates. */
  correct(text: string): void
}

/**
 * By element and mark. As many as the document has brought: navigation brings its HTML along, and adds none.
 */
const known = new Map<string, HtmlInPage>()

/**
 * What an element is to show, if the document has brought it. React compares HTML by identity: an element that
 * shows what the document brought is not touched when the same arrives once more with a navigation.
 *
 * @param expected whether it must have come with the document
 */
export function htmlInPage(tag: string, mark: string, expected: boolean): HtmlInPage | undefined {
  const name = tag + mark
  let html = known.get(name)
  if (html === undefined && expected) {
    html = createHtmlInPage(tag, mark)
    known.set(name, html)
  }
  return html
}

function createHtmlInPage(tag: string, mark: string): HtmlInPage {
  let shownBy: Element | null = null
  let text: string | undefined
  /** What somebody else has made of it, a translator or an extension: better than nothing. */
  let altered: string | undefined

  const find = () => {
    if (text !== undefined) return text
    const shown = shownBy?.innerHTML
    if (shownBy && markOfContent(shownBy) === mark) text = shown
    else altered = shown ?? altered
    text ??= htmlByMark(tag).get(mark)
    return text
  }
  return {
    find: () => shownBy !== null || find() !== undefined,
    correct(html) {
      text = html
      if (shownBy && markOfContent(shownBy) !== mark) shownBy.innerHTML = html
    },
    props: {
      // Read when React sets it, which it does for elements that it mounts, and never while it hydrates.
      dangerouslySetInnerHTML: { __html: { toString: () => find() ?? altered ?? '' } },
      // In development React would compare it all the same.
      suppressHydrationWarning: true,
      ref(element: Element | null) {
        // The last moment: what is unmounted here may be mounted again, by the back button for instance.
        if (element === null) find()
        shownBy = element
      },
    },
  }
}

let found = new Map<string, Map<string, string>>()

/** The HTML of all elements of a kind. Whoever looks for one will look for the others in the same go. */
function htmlByMark(tag: string): Map<string, string> {
  let marks = found.get(tag)
  if (marks === undefined) {
    marks = new Map()
    for (const element of document.getElementsByTagName(tag)) {
      marks.set(markOfContent(element), element.innerHTML)
    }
    if (found.size === 0) setTimeout(() => (found = new Map()))
    found.set(tag, marks)
  }
  return marks
}
