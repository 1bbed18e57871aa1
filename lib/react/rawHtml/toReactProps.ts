import type { Props } from '../compaction/shape.ts'

interface Attribute {
  readonly name: string
  readonly prefix?: string | undefined
  readonly value: string
}

/**
 * Returns the props for which React writes the given attributes.
 *
 * @returns nothing for a style that cannot be split into its declarations
 */
export function toReactProps(attributes: readonly Attribute[]): Props | undefined {
  const props: Record<string, unknown> = {}
  for (const { name, prefix, value } of attributes) {
    if (name === 'style') {
      const style = parseStyle(value)
      if (style === undefined) return undefined
      props.style = style
    } else
      props[toPropName(prefix ? `${prefix}:${name}` : name)] =
        value === '' && BOOLEANS.has(name) ? true : value
  }
  return props
}

const NAMES = new Map(
  (
    'acceptCharset accessKey autoCapitalize autoComplete autoCorrect autoPlay cellPadding cellSpacing charSet colSpan contentEditable ' +
    'crossOrigin dateTime encType enterKeyHint fetchPriority formAction frameBorder hrefLang inputMode itemID itemProp itemRef itemScope ' +
    'itemType maxLength minLength noValidate playsInline popoverTarget popoverTargetAction readOnly referrerPolicy rowSpan spellCheck ' +
    'srcDoc srcLang srcSet tabIndex useMap'
  )
    .split(' ')
    .map((name) => [name.toLowerCase(), name]),
)
  .set('class', 'className')
  .set('for', 'htmlFor')
  .set('accept-charset', 'acceptCharset')

/** React knows the names of SVG with hyphens and colons in camel case. */
function toPropName(attribute: string): string {
  const known = NAMES.get(attribute)
  if (known !== undefined) return known
  if (/^(?:aria|data)-/.test(attribute)) return attribute
  return attribute.replace(/[-:]([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** React leaves an attribute out whose value is an empty string, and writes an empty string for `true`. */
const BOOLEANS: ReadonlySet<string> = new Set(
  (
    'allowfullscreen async autofocus autoplay controls default defer disabled download formnovalidate hidden inert itemscope loop ' +
    'multiple muted nomodule novalidate open playsinline readonly required reversed'
  ).split(' '),
)

/** React writes `name:value` for each, with semicolons between. */
function parseStyle(text: string): Record<string, string> | undefined {
  // A value with a semicolon in it, such as a data URL.
  if (/["'(]/.test(text) && /["'(][^"')]*;/.test(text)) return undefined
  const style: Record<string, string> = {}
  for (const declaration of text.split(';')) {
    const colon = declaration.indexOf(':')
    if (colon < 1) return undefined
    const name = declaration.slice(0, colon)
    const prop = name.startsWith('--')
      ? name
      : name.replace(/^-ms-/, 'ms-').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    style[prop] = declaration.slice(colon + 1)
  }
  return style
}
