const toWordSet = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/**
 * Elements of HTML for which `parserContext.ts` knows whether a parser leaves them in place, and whose content is parsed
 * like that of a `<div>`.
 */
export const ORDINARY_TAGS = toWordSet(
  'a abbr address article aside b bdi bdo big blockquote button caption center cite code data del details dfn div dl ' +
    'dd dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup i ins kbd label li main mark nav ol p ' +
    'pre q s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul ' +
    'var',
)

/** Whether the content of an element can be normalized. */
export function isHolderTag(tag: string): boolean {
  return ORDINARY_TAGS.has(tag) || tag === 'svg'
}

/** Void elements that {@link ORDINARY_TAGS} may contain. */
export const ORDINARY_VOID_TAGS = toWordSet('br hr img wbr source track col')

/** Other elements that {@link ORDINARY_TAGS} may contain. */
export const ORDINARY_MEDIA_TAGS = toWordSet('audio colgroup iframe picture video')

/** Elements of HTML whose place depends on more than `parserContext.ts` knows, or whose content is parsed differently. */
const OTHER_TAGS = toWordSet(
  'acronym area canvas dialog dir embed fieldset form input legend map menu meter nobr output progress ' +
    'ruby textarea',
)

const SVG_TAGS = toWordSet(
  'svg a animate animateMotion animateTransform circle clipPath defs desc ellipse feBlend feColorMatrix ' +
    'feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight ' +
    'feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology ' +
    'feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence filter g image line linearGradient ' +
    'marker mask metadata mpath path pattern polygon polyline radialGradient rect set stop switch symbol text ' +
    'textPath title tspan use view',
)

const MATH_TAGS = toWordSet(
  'math annotation menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms ' +
    'mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics',
)

/** A parser creates elements of HTML inside these. */
const TEXT_ONLY_TAGS = toWordSet('desc title mi mo mn ms mtext')

/** Annotations. If a `<ruby>` is open, a parser closes other elements before them. */
const RUBY_TAGS = toWordSet('rb rp rt rtc')
const RUBY_PARENTS = toWordSet('ruby rtc')

/**
 * Whether normalized HTML may contain an element. A browser may parse elements with other names in a way of its own.
 *
 * @param parent the name of the element around it, if that is part of the HTML
 */
export function isKnownTag(tag: string, parent: string, isHtml: boolean): boolean {
  if (!isHtml) return SVG_TAGS.has(tag) || MATH_TAGS.has(tag)
  if (RUBY_TAGS.has(tag)) return RUBY_PARENTS.has(parent)
  return (
    ORDINARY_TAGS.has(tag) ||
    ORDINARY_VOID_TAGS.has(tag) ||
    ORDINARY_MEDIA_TAGS.has(tag) ||
    OTHER_TAGS.has(tag)
  )
}

/** Whether an element of SVG or MathML may only contain text, because elements in it would be elements of HTML. */
export function isTextOnlyTag(tag: string): boolean {
  return TEXT_ONLY_TAGS.has(tag)
}

const ATTRIBUTE_NAME = /^[a-z_:@][\w:.@-]*$/i
/**
 * `is` makes a custom element, a browser hides a `nonce`, and a visitor changes what is in an element with
 * `contenteditable`.
 */
const CHANGING_ATTRIBUTES = toWordSet('is nonce contenteditable')

/** Whether every parser reads a name as the name of an attribute. */
export function isAttributeName(name: string): boolean {
  return ATTRIBUTE_NAME.test(name)
}

/** A form with a field of such a name has the field in place of the property, which `hashElement` reads. */
const READ_PROPERTIES = toWordSet('attributes childNodes innerHTML localName nodeType nodeValue')

/** Whether normalized HTML may contain an attribute. */
export function isKnownAttribute(name: string, value: string): boolean {
  if (!isAttributeName(name) || CHANGING_ATTRIBUTES.has(name.toLowerCase())) return false
  return !((name === 'name' || name === 'id') && READ_PROPERTIES.has(value))
}
