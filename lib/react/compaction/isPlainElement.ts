import type { Behaviours } from './behaviours.ts'
import { isEmptyNode, isNonEmptyNode, isTextNode } from './isEmptyNode.ts'
import type { Namespace, ParserContext } from './parserContext.ts'
import type { Props } from './shape.ts'

/**
 * Elements that are never or not always written as HTML, for one of these reasons:
 *
 * - React hoists the element.
 * - React treats its value as state.
 * - React sets properties on it that no attribute can express.
 * - React mounts it differently than it writes it.
 * - Its content is not parsed as HTML.
 *
 * Opaque elements stay as they are, with their children. React reads the children of some as a value, and the number 5
 * or a list is a different value than the text "5". Others affect the page around them.
 */
const ELEMENT_RULES = new Map<string, 'element' | 'opaque' | 'iframe' | 'image' | 'title' | 'preformatted'>([
  ...applyRule('element', 'html body base meta input select optgroup video audio'),
  ...applyRule('element', 'frameset frame keygen basefont bgsound'),
  ...applyRule('opaque', 'head noscript template script style textarea option link'),
  ...applyRule('opaque', 'xmp noembed noframes plaintext'),
  ...applyRule('iframe', 'iframe'),
  ...applyRule('image', 'image'),
  ...applyRule('title', 'title'),
  // React writes an additional newline in them, but not in every case where a parser skips one.
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
 * Marks HTML of this library, which closes all of its elements. A site's own `dangerouslySetInnerHTML` may leave
 * elements open, so it needs an element around it that stays React's.
 */
export const WELL_FORMED = { wellFormed: Symbol.for('react-cache-content.well-formed') }

/**
 * Whether an element that is not written as HTML stays as it is, with its children. Flight looks for an image that is not
 * HTML, to preload it.
 */
export function isOpaque(tag: string): boolean {
  const rule = ELEMENT_RULES.get(tag)
  return rule === 'opaque' || rule === 'title' || tag === 'img'
}

/** Whether the element can be written as HTML, apart from its content. */
export function isPlainElement(tag: string, props: Props, { namespace }: ParserContext): boolean {
  const rule = ELEMENT_RULES.get(tag)
  if (rule !== undefined && !isPlainByRule(rule, props, namespace)) return false
  // React may set properties instead of attributes on a custom element.
  if (tag.includes('-') && !FOREIGN_HYPHENS.has(tag)) return false
  for (const name in props) if (!isPlainProp(name, props[name])) return false
  return true
}

function isPlainByRule(rule: string, props: Props, namespace: Namespace): boolean {
  switch (rule) {
    // An HTML parser replaces it by an <img>.
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

/** HTML of this library in a prop of an element. */
export interface WellFormedHtml {
  readonly __html: string
  /** Those of the elements in it. Absent if no element has behaviour. */
  readonly behaviours?: Behaviours
}

/** Returns the HTML of this library that a prop holds, if there is any. */
export function getWellFormedHtml({ dangerouslySetInnerHTML }: Props): WellFormedHtml | undefined {
  if (
    typeof dangerouslySetInnerHTML !== 'object' ||
    dangerouslySetInnerHTML === null ||
    !('__html' in dangerouslySetInnerHTML) ||
    !('wellFormed' in dangerouslySetInnerHTML)
  )
    return undefined
  // Content cannot forge the mark, because JSON has no symbols.
  if (dangerouslySetInnerHTML.wellFormed !== WELL_FORMED.wellFormed) return undefined
  return dangerouslySetInnerHTML as unknown as WellFormedHtml
}

function isPlainProp(name: string, value: unknown): boolean {
  switch (name) {
    case 'children':
      return true
    case 'dangerouslySetInnerHTML':
      return getWellFormedHtml({ [name]: value }) !== undefined
    // React sets the focus with a call. `is` makes a custom element.
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
  // A parser changes some characters, see `isParsedAsWritten`.
  if (typeof value === 'string') return isParsedAsWritten(value)
  return value == null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
}

const UNPARSED = /[\r\0]/

/** A parser reads a carriage return as a newline, and drops or replaces a zero byte. */
export function isParsedAsWritten(text: string): boolean {
  return !UNPARSED.test(text)
}

/** Returns true for a component too, because its output may start with a newline. */
function mayStartWithNewline(children: unknown): boolean {
  const first: unknown = Array.isArray(children) ? children.find(isNonEmptyNode) : children
  if (typeof first === 'string') return first.startsWith('\n')
  if (typeof first !== 'object' || first === null) return false
  return !('type' in first && typeof first.type === 'string')
}
