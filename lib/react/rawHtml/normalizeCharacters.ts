import { escapeHtml } from '../compaction/hashHtml.ts'

const LATIN_1_ENTITIES =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
  'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
  'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
  'thorn yuml'

const OTHER_ENTITIES =
  'amp:26 lt:3c gt:3e quot:22 apos:27 OElig:152 oelig:153 Scaron:160 scaron:161 Yuml:178 ensp:2002 emsp:2003 ' +
  'thinsp:2009 ndash:2013 mdash:2014 lsquo:2018 rsquo:2019 sbquo:201a ldquo:201c rdquo:201d bdquo:201e dagger:2020 ' +
  'Dagger:2021 bull:2022 hellip:2026 permil:2030 prime:2032 Prime:2033 lsaquo:2039 rsaquo:203a euro:20ac trade:2122 ' +
  'larr:2190 uarr:2191 rarr:2192 darr:2193 harr:2194 minus:2212 infin:221e asymp:2248 ne:2260 le:2264 ge:2265'

/** The characters of the usual entities. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ...LATIN_1_ENTITIES.split(' ').map((name, index) => [name, String.fromCharCode(0xa0 + index)] as const),
  ...OTHER_ENTITIES.split(' ').map((entry) => {
    const [name = '', code = ''] = entry.split(':')
    return [name, String.fromCharCode(Number.parseInt(code, 16))] as const
  }),
])

const ANY_SPECIAL = /[<>&"]/
const SPECIAL = /[<>"]|&(?:([a-zA-Z]+\d*);|#(\d{1,6});|#[xX]([\da-fA-F]{1,5});)?/g
/** An ampersand that no parser takes for the start of an entity. */
const LITERAL_AMPERSAND = /&(?=[ \n\t]|$)/y
/** In attributes a name that ends in an equals sign is no entity, not even `&copy=`. */
const LITERAL_IN_VALUE = /&(?=[ \n\t]|$|[a-zA-Z\d]+=)/y

/**
 * Writes text or the value of an attribute as React would write it.
 *
 * @returns nothing for text with an entity that is not one of the usual ones
 */
export function normalizeCharacters(text: string, isValue: boolean): string | undefined {
  if (!ANY_SPECIAL.test(text)) return text
  let isUsual = true
  const normalized = text.replace(
    SPECIAL,
    (match, name: string | undefined, decimal: string | undefined, hex: string | undefined, at: number) => {
      const character = match.startsWith('&') ? decode(match, name, decimal, hex) : match
      if (character !== undefined) return escapeHtml(character)
      const literal = isValue ? LITERAL_IN_VALUE : LITERAL_AMPERSAND
      literal.lastIndex = at
      if (match !== '&' || !literal.test(text)) isUsual = false
      return '&amp;'
    },
  )
  return isUsual ? normalized : undefined
}

function decode(
  match: string,
  name: string | undefined,
  decimal: string | undefined,
  hex: string | undefined,
): string | undefined {
  if (name !== undefined) return ENTITIES.get(name)
  if (match === '&') return undefined
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  return isUsualCode(code) ? String.fromCodePoint(code) : undefined
}

/** Leaves out control characters, surrogates, the mark of the byte order, and codes that are no characters. */
function isUsualCode(code: number): boolean {
  const isBasic =
    (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code < 0xd800) || (code >= 0xe000 && code < 0xfdd0)
  return isBasic || (code > 0xffff && code < 0x1_fffe)
}
