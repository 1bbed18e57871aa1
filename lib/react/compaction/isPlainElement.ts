import { isEmptyNode, isTextNode } from './isEmptyNode.ts'
import type { Namespace, ParserContext } from './parserContext.ts'
import type { Props } from './shape.ts'

/**
 * Elements that are not written as HTML, and those that sometimes are not. React hoists them, treats their value
 * as state, sets properties on them that no attribute tells, or mounts them otherwise than it writes them; or
 * their content is not parsed as HTML.
 *
 * Those that are opaque stay as they are, with their children. React reads the children of some as a value, and
 * the number 5 or a list is another value than the text "5". Others have an effect on the page around.
 */
const ELEMENT_RULES = new Map<
  string,
  'element' | 'opaque' | 'iframe' | 'img' | 'image' | 'title' | 'preformatted'
>([
  ...applyRule('element', 'html body base meta input select optgroup video audio'),
  ...applyRule('element', 'frameset frame keygen basefont bgsound'),
  ...applyRule('opaque', 'head noscript template script style textarea option link'),
  ...applyRule('opaque', 'xmp noembed noframes plaintext'),
  ...applyRule('iframe', 'iframe'),
  ...applyRule('img', 'img'),
  ...applyRule('image', 'image'),
  ...applyRule('title', 'title'),
  // React writes an additional newline in them, but only where it sees the need.
  ...applyRule('preformatted', 'pre listing'),
])

function applyRule<Rule extends string>(rule: Rule, tags: string): [string, Rule][] {
  return tags.split(' ').map((tag) => [tag, rule])
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
export function isOpaque(tag: string): boolean {
  const rule = ELEMENT_RULES.get(tag)
  return rule === 'opaque' || rule === 'title' || rule === 'img'
}

/** Whether the element itself can be written as HTML, whatever is inside. */
export function isPlainElement(tag: string, props: Props, { namespace, parent }: ParserContext): boolean {
  const rule = ELEMENT_RULES.get(tag)
  if (rule !== undefined && !isPlainByRule(rule, props, namespace, parent)) return false
  // A custom element.
  if (tag.includes('-') && !FOREIGN_HYPHENS.has(tag)) return false
  for (const name in props) if (!isPlainProp(name, props[name])) return false
  return true
}

function isPlainByRule(rule: string, props: Props, namespace: Namespace, parent: string): boolean {
  switch (rule) {
    case 'img':
      return !isPreloaded(props, parent === 'picture')
    // An HTML parser makes an <img> of it.
    case 'image':
      return namespace === 'svg'
    // React hoists it, except in SVG. It reads its children as a value.
    case 'title':
      return namespace === 'svg' && (isEmptyNode(props.children) || isTextNode(props.children))
    case 'iframe':
      return props.children == null
    case 'preformatted':
      return !mayStartWithNewline(props.children)
    default:
      return false
  }
}

/** HTML that a property holds: the element's own, or nothing. */
export function getWellFormedHtml({ dangerouslySetInnerHTML }: Props): string | undefined {
  if (
    typeof dangerouslySetInnerHTML !== 'object' ||
    dangerouslySetInnerHTML === null ||
    !('__html' in dangerouslySetInnerHTML) ||
    !('wellFormed' in dangerouslySetInnerHTML)
  )
    return undefined
  // A symbol, because what content brings along is JSON.
  if (dangerouslySetInnerHTML.wellFormed !== WELL_FORMED.wellFormed) return undefined
  return typeof dangerouslySetInnerHTML.__html === 'string' ? dangerouslySetInnerHTML.__html : undefined
}

function isPlainProp(name: string, value: unknown): boolean {
  switch (name) {
    case 'children':
      return true
    case 'dangerouslySetInnerHTML':
      return getWellFormedHtml({ [name]: value }) !== undefined
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
function mayStartWithNewline(children: unknown): boolean {
  const first: unknown = Array.isArray(children) ? children.find(isNonEmptyNode) : children
  if (typeof first === 'string') return first.startsWith('\n')
  if (typeof first !== 'object' || first === null) return false
  return !('type' in first && typeof first.type === 'string')
}

function isNonEmptyNode(child: unknown): boolean {
  return child != null && typeof child !== 'boolean' && child !== ''
}
