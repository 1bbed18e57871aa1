import type { Namespace, Surroundings } from './htmlNesting.ts'
import { isNothing, isText } from './nodes.ts'
import type { Props } from './shape.ts'

/**
 * Elements that are not written as HTML, and those that sometimes are not. React hoists them, treats their value
 * as state, sets properties on them that no attribute tells, or mounts them otherwise than it writes them; or
 * their content is not parsed as HTML.
 *
 * Those that are untouched stay as they are, with their children. React reads the children of some as a value, and
 * the number 5 or a list is another value than the text "5". Others have an effect on the page around.
 */
const KINDS = new Map<string, 'kept' | 'untouched' | 'iframe' | 'img' | 'image' | 'title' | 'preformatted'>([
  ...kind('kept', 'html body base meta input select optgroup video audio'),
  ...kind('kept', 'frameset frame keygen basefont bgsound'),
  ...kind('untouched', 'head noscript template script style textarea option link'),
  ...kind('untouched', 'xmp noembed noframes plaintext'),
  ...kind('iframe', 'iframe'),
  ...kind('img', 'img'),
  ...kind('image', 'image'),
  ...kind('title', 'title'),
  // React writes an additional newline in them, but only where it sees the need.
  ...kind('preformatted', 'pre listing'),
])

function kind<Kind extends string>(kind: Kind, tags: string): [string, Kind][] {
  return tags.split(' ').map((tag) => [tag, kind])
}

const FOREIGN_HYPHENS = new Set(
  'annotation-xml color-profile font-face font-face-src font-face-uri font-face-format font-face-name missing-glyph'.split(
    ' ',
  ),
)

/**
 * Marks HTML that was made here, and is known to be whole. Others' `dangerouslySetInnerHTML` may leave elements
 * open, which an element of its own closes.
 */
export const WELL_FORMED = { wellFormed: Symbol.for('react-cache-content.well-formed') }

/** Whether an element that is not written as HTML stays as it is. An image that is preloaded does: Flight looks for it. */
export function isUntouched(tag: string): boolean {
  const kind = KINDS.get(tag)
  return kind === 'untouched' || kind === 'title' || kind === 'img'
}

/** Whether the element itself can be written as HTML, whatever is inside. */
export function isPlainElement(tag: string, props: Props, { namespace, parent }: Surroundings): boolean {
  const kind = KINDS.get(tag)
  if (kind !== undefined && !isPlainKind(kind, props, namespace, parent)) return false
  // A custom element.
  if (tag.includes('-') && !FOREIGN_HYPHENS.has(tag)) return false
  for (const name in props) if (!isPlainProp(name, props[name])) return false
  return true
}

function isPlainKind(kind: string, props: Props, namespace: Namespace, parent: string): boolean {
  switch (kind) {
    case 'img':
      return !isPreloaded(props, parent === 'picture')
    // An HTML parser makes an <img> of it.
    case 'image':
      return namespace === 'svg'
    // React hoists it, except in SVG. It reads its children as a value.
    case 'title':
      return namespace === 'svg' && (isNothing(props.children) || isText(props.children))
    case 'iframe':
      return props.children == null
    case 'preformatted':
      return !beginsWithNewline(props.children)
    default:
      return false
  }
}

/** HTML that a property holds: the element's own, or nothing. */
export function wellFormedHtml({ dangerouslySetInnerHTML: own }: Props): string | undefined {
  if (typeof own !== 'object' || own === null || !('__html' in own) || !('wellFormed' in own))
    return undefined
  // A symbol, because what content brings along is JSON.
  if (own.wellFormed !== WELL_FORMED.wellFormed) return undefined
  return typeof own.__html === 'string' ? own.__html : undefined
}

function isPlainProp(name: string, value: unknown): boolean {
  switch (name) {
    case 'children':
      return true
    case 'dangerouslySetInnerHTML':
      return wellFormedHtml({ [name]: value }) !== undefined
    // Focus is set by a call; `is` makes a custom element.
    case 'autoFocus':
    case 'is':
    case 'ref':
      return false
    case 'style':
      return value == null || (typeof value === 'object' && Object.values(value).every(isPrimitive))
    default:
      return isPrimitive(value)
  }
}

function isPrimitive(value: unknown): boolean {
  // A parser reads a carriage return as a newline, and a zero byte as nothing or worse.
  if (typeof value === 'string') return isParsedAsWritten(value)
  return value == null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
}

const UNPARSED = /[\r\0]/

export function isParsedAsWritten(text: string): boolean {
  return !UNPARSED.test(text)
}

/** As React decides for images that it has the browser load ahead. */
function isPreloaded({ loading, fetchPriority, src, srcSet }: Props, inPicture: boolean): boolean {
  if (loading === 'lazy' || fetchPriority === 'low' || inPicture) return false
  return !isDataUrl(src) && !isDataUrl(srcSet) && Boolean(src || srcSet)
}

function isDataUrl(url: unknown): boolean {
  return typeof url === 'string' && /^data:/i.test(url)
}

/** Also where that is not seen at once: only an element surely begins with something else. */
function beginsWithNewline(children: unknown): boolean {
  const first: unknown = Array.isArray(children) ? children.find(isSomething) : children
  if (typeof first === 'string') return first.startsWith('\n')
  if (typeof first !== 'object' || first === null) return false
  return !('type' in first && typeof first.type === 'string')
}

function isSomething(child: unknown): boolean {
  return child != null && typeof child !== 'boolean' && child !== ''
}
