/**
 * Which elements an HTML parser leaves where they are written. React puts an element where it is told to; a
 * parser closes a `<p>` before a `<div>`, and moves a `<tr>` into a `<tbody>` of its own. HTML in which that
 * would happen is not the tree that was rendered.
 *
 * After "The rules for parsing tokens in HTML content" of the HTML standard (13.2.6.4), as far as start tags
 * that are well formed can meet.
 */

export type Namespace = 'html' | 'svg' | 'math'

/** Where a child stands: what lies between it and the element whose content is written as HTML. */
export interface Surroundings {
  readonly namespace: Namespace
  readonly parent: string
  /** Elements around that the parser would close, or ignore a second one of, as far as they are in reach. */
  readonly open: ReadonlySet<string>
}

const words = (text: string) => new Set(text.split(' '))

const CLOSES_P = words(
  'address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 header hgroup hr li dd dt listing main menu nav ol p plaintext pre search section ' +
    'summary table ul xmp',
)
const HEADINGS = words('h1 h2 h3 h4 h5 h6')
/** A list item closes an open one through these only. */
const CLOSED_THROUGH = words('address div p')
const SPECIAL_INLINE = words('a button nobr form')
/** What lies around these is out of reach for what is inside. */
const SCOPES = words('applet caption html table td th marquee object template select')

const TABLE_CHILDREN: Record<string, ReadonlySet<string>> = {
  table: words('caption colgroup thead tbody tfoot'),
  thead: words('tr'),
  tbody: words('tr'),
  tfoot: words('tr'),
  tr: words('td th'),
  colgroup: words('col'),
}
const TABLE_PARENTS: Record<string, ReadonlySet<string>> = {
  caption: words('table'),
  colgroup: words('table'),
  thead: words('table'),
  tbody: words('table'),
  tfoot: words('table'),
  tr: words('thead tbody tfoot'),
  td: words('tr'),
  th: words('tr'),
  col: words('colgroup'),
}

/** HTML elements that end an `<svg>` or `<math>` in which they are met. */
const BREAKS_OUT = words(
  'b big blockquote body br center code dd div dl dt em embed font h1 h2 h3 h4 h5 h6 head hr i img li listing ' +
    'menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var',
)
const HTML_INSIDE_SVG = words('foreignObject desc title')
const HTML_INSIDE_MATH = words('mi mo mn ms mtext annotation-xml')

/** Whether a parser leaves `<tag>` where it is. */
export function staysInPlace(tag: string, { namespace, parent, open }: Surroundings): boolean {
  if (namespace !== 'html') return !BREAKS_OUT.has(tag)
  if (open.has('p') && CLOSES_P.has(tag)) return false
  if (SPECIAL_INLINE.has(tag) && open.has(tag)) return false
  if (HEADINGS.has(tag) && HEADINGS.has(parent)) return false
  if (tag === 'li' && open.has('li')) return false
  if ((tag === 'dd' || tag === 'dt') && (open.has('dd') || open.has('dt'))) return false
  const children = TABLE_CHILDREN[parent]
  if (children && !children.has(tag)) return false
  const parents = TABLE_PARENTS[tag]
  return parents === undefined || parents.has(parent)
}

/** Whether a parser leaves text where it is. */
export function textStaysInPlace({ parent }: Surroundings): boolean {
  return TABLE_CHILDREN[parent] === undefined
}

/** Where the children of an element stand. */
export function inside(tag: string, around: Surroundings): Surroundings {
  const namespace = namespaceInside(tag, around.namespace)
  return { namespace, parent: tag, open: openInside(tag, around, namespace) }
}

/** Where the children of an element stand whose content alone is parsed. */
export function contentOf(tag: string, around: Namespace): Surroundings {
  return inside(tag, { namespace: around, parent: '', open: NOTHING })
}

export function namespaceInside(tag: string, around: Namespace): Namespace {
  if (around === 'html') return tag === 'svg' ? 'svg' : tag === 'math' ? 'math' : 'html'
  return (around === 'svg' ? HTML_INSIDE_SVG : HTML_INSIDE_MATH).has(tag) ? 'html' : around
}

const NOTHING: ReadonlySet<string> = new Set()
const TRACKED = words('p a button nobr form li dd dt')

function openInside(tag: string, { open }: Surroundings, namespace: Namespace): ReadonlySet<string> {
  if (namespace !== 'html' || SCOPES.has(tag)) return keepOf(open, 'form', 'a')
  if (TRACKED.has(tag)) return new Set([...open, tag])
  // Another list, say, keeps its items from closing those around it.
  if (open.has('li') || open.has('dd') || open.has('dt')) {
    if (CLOSES_P.has(tag) && !CLOSED_THROUGH.has(tag)) return keepOf(open, 'p', 'a', 'button', 'nobr', 'form')
  }
  return open
}

function keepOf(open: ReadonlySet<string>, ...tags: string[]): ReadonlySet<string> {
  const kept = tags.filter((tag) => open.has(tag))
  return kept.length === open.size ? open : kept.length === 0 ? NOTHING : new Set(kept)
}
