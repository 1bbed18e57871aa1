/**
 * Decides which elements an HTML parser leaves in place. React keeps each element in its place. A parser closes a `<p>`
 * before a `<div>`, and moves a `<tr>` into a new `<tbody>`. HTML with such elements is parsed to another tree than the
 * rendered one.
 *
 * Follows "The rules for parsing tokens in HTML content" of the HTML standard (13.2.6.4), for well-formed start tags.
 * Where the standard has exceptions, the functions assume that the parser moves the element.
 */

export type Namespace = 'html' | 'svg' | 'math'

/** The position of a node in the tree, as far as it matters to a parser. */
export interface ParserContext {
  readonly namespace: Namespace
  readonly parent: string
  /** Ancestors that the parser may close, or of which it ignores a second one: bits of {@link OPEN_FLAGS}. */
  readonly openElements: number
}

export const AT_ROOT: ParserContext = { namespace: 'html', parent: '', openElements: 0 }

const toWordSet = (text: string) => new Set(text.split(' '))

/** The bit of each element in `openElements`. */
const OPEN_FLAGS: Record<string, number> = {
  p: 1,
  a: 2,
  button: 4,
  nobr: 8,
  form: 16,
  li: 32,
  dd: 64,
  dt: 64,
}
const IN_P = 1
const IN_LINK_OR_FORM = 2 | 16
const IN_ITEM = 32 | 64

const CLOSES_P = toWordSet(
  'address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 header hgroup hr li dd dt listing main menu nav ol p plaintext pre search section ' +
    'summary table ul xmp',
)
const HEADINGS = toWordSet('h1 h2 h3 h4 h5 h6')
/**
 * A list item closes an open item around it only if there are no other block elements than these between them. In the
 * standard, a `<search>` is another block element. In Chromium it is none.
 */
const CLOSED_THROUGH = toWordSet('address div p dialog search')
/** An element inside one of these closes no element outside of it, except links and forms. */
const SCOPES = toWordSet('applet caption html table td th marquee object template select')

const TABLE_CHILDREN = new Map([
  ['table', toWordSet('caption colgroup thead tbody tfoot')],
  ['thead', toWordSet('tr')],
  ['tbody', toWordSet('tr')],
  ['tfoot', toWordSet('tr')],
  ['tr', toWordSet('td th')],
  ['colgroup', toWordSet('col')],
])
const ONLY_IN_TABLES = toWordSet('caption colgroup thead tbody tfoot tr td th col')

/** HTML elements that end an `<svg>` or `<math>` around them. */
const BREAKS_OUT = toWordSet(
  'b big blockquote body br center code dd div dl dt em embed font h1 h2 h3 h4 h5 h6 head hr i img li listing ' +
    'menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var',
)
/** A parser creates HTML elements inside these. React creates elements of their own namespace. */
const INTEGRATION_POINTS = toWordSet('desc title mi mo mn ms mtext annotation-xml')
const RUBY = toWordSet('rb rt rtc rp')

/** Whether a parser leaves `<tag>` in place. Nodes at the root are never parsed inside another element. */
export function isParsedInPlace(tag: string, { namespace, parent, openElements }: ParserContext): boolean {
  if (namespace !== 'html') return !BREAKS_OUT.has(tag) && !INTEGRATION_POINTS.has(parent)
  if (openElements !== 0) {
    if ((openElements & (OPEN_FLAGS[tag] ?? 0)) !== 0) return false
    if ((openElements & IN_P) !== 0 && CLOSES_P.has(tag)) return false
  }
  if (HEADINGS.has(parent) && HEADINGS.has(tag)) return false
  // It closes other elements of a `<ruby>` around it.
  if (RUBY.has(tag) && parent !== 'ruby' && parent !== '') return false
  const children = TABLE_CHILDREN.get(parent)
  if (children) return children.has(tag)
  return parent === '' || !ONLY_IN_TABLES.has(tag)
}

/** Whether a parser leaves text in place. */
export function isTextParsedInPlace({ parent }: ParserContext): boolean {
  return !TABLE_CHILDREN.has(parent)
}

/** Whether a parser leaves all elements of well-formed HTML in place. */
export function areAllParsedInPlace(html: string, context: ParserContext): boolean {
  if (context.openElements === 0 && context.namespace === 'html') return true
  return areTagsParsedInPlace(listTags(html), context)
}

/** Returns the names of the elements in well-formed HTML, each once. */
export function listTags(html: string): string[] {
  const tags = new Set<string>()
  for (const [, tag] of html.matchAll(/<([a-z][^\s/>]*)/gi)) if (tag !== undefined) tags.add(tag)
  return [...tags]
}

/** Whether a parser leaves all elements with these names in place, which are part of well-formed HTML. */
export function areTagsParsedInPlace(tags: readonly string[], context: ParserContext): boolean {
  if (context.openElements === 0 && context.namespace === 'html') return true
  // The elements are in place relative to each other. Only the elements around them can move them.
  const outside = { ...context, parent: '' }
  return tags.every((tag) => isParsedInPlace(tag, outside))
}

/** Returns the context of the children of an element. */
export function getChildContext(tag: string, context: ParserContext): ParserContext {
  const namespace = getChildNamespace(tag, context.namespace)
  return { namespace, parent: tag, openElements: getOpenElements(tag, context.openElements, namespace) }
}

export function getChildNamespace(tag: string, namespace: Namespace): Namespace {
  if (namespace === 'html') return tag === 'svg' ? 'svg' : tag === 'math' ? 'math' : 'html'
  return namespace === 'svg' && tag === 'foreignObject' ? 'html' : namespace
}

function getOpenElements(tag: string, openElements: number, namespace: Namespace): number {
  if (namespace !== 'html' || SCOPES.has(tag)) return openElements & IN_LINK_OR_FORM
  const flag = OPEN_FLAGS[tag]
  if (flag !== undefined) return openElements | flag
  // For instance a nested list: its items do not close the items around it.
  if ((openElements & IN_ITEM) !== 0 && CLOSES_P.has(tag) && !CLOSED_THROUGH.has(tag))
    return openElements & ~IN_ITEM
  return openElements
}
