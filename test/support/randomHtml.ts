import fc from 'fast-check'

/** HTML around which a parser, a writer or a sanitizer may go wrong. */
const HOSTILE_PIECES = [
  ...'</div> </p> </br> </a> </b> </i> </li> </td> </tr> </table> </form> </h2> </svg> </math> </body> </html>'.split(
    ' ',
  ),
  ...'<p> <a> <b> <i> <li> <dd> <h1> <nobr> <form> <button> <tr> <td> <table> <tbody> <col> <caption>'.split(
    ' ',
  ),
  ...'<svg> <math> <mi> <mtext> <mglyph> <malignmark> <foreignObject> <desc> <title> <image> <path/>'.split(
    ' ',
  ),
  ...'<style> </style> <script> </script> <noscript> </noscript> <textarea> </textarea> <title> </title>'.split(
    ' ',
  ),
  ...'<xmp> </xmp> <plaintext> <iframe> </iframe> <template> </template> <noembed> <select> <option>'.split(
    ' ',
  ),
  ...'<head> <frameset> <frame> <isindex> <marquee> <object> </object> <applet> <ruby> <rt> <rp> <keygen>'.split(
    ' ',
  ),
  ...'<x-y> <custom> <div/> <br/> <hr> <wbr> <input> <dialog> <summary> <center> <listing> <pre> </pre>'.split(
    ' ',
  ),
  '<a href="/b">',
  '<font color=red>',
  '<input type=hidden>',
  '<body onload="go()">',
  '<html lang="en">',
  '<template shadowrootmode="open">',
  '<annotation-xml encoding="text/html">',
  '<pre>\n',
  '<pre>\n\n',
  '<textarea>\n\n',
  '<b <i>',
  '<a/b="c">',
  '<img alt="',
  "<p title='",
  '<img alt=`',
  '<!--',
  '-->',
  '<!-->',
  '<!--->',
  '<!-- a --!>',
  '<!--<p>-->',
  '<!-- -->',
  '<!----->',
  '<![CDATA[a]]>',
  '<?php a ?>',
  '<!doctype html>',
  '</ a>',
  '<!a>',
]

const ATTRIBUTES = [
  ' href="/a?b=1&amp;c=2"',
  ' href="/a?b=1&c=2"',
  ' title="&copy=1 &copy &lt"',
  ' title="a > b"',
  ' title="a < b"',
  ' title="&quot;&#39;&amp;"',
  ' title=\'it&apos;s "so"\'',
  ' title="`"',
  ' title="\n"',
  ' class=a',
  ' CLASS="b"',
  ' id="a" id="b"',
  '\n  lang = "en"',
  ' disabled',
  ' controls=""',
  ' style="color: red"',
  ' onclick="go(\'a\')"',
  ' data-a="1" aria-label="b"',
  ' dateTime="A"',
  ' viewBox="0 0 1 1"',
  ' xlink:href="#a"',
  ' xmlns="http://www.w3.org/2000/svg"',
  ' is="x-y"',
  ' nonce="a"',
  ' contenteditable',
  ' @click="a"',
  ' a"b=1',
  ' <=1',
  ' =a',
  ' \u00e9="1"',
  ' /',
]

const TEXTS = [
  ...[
    'text',
    ' ',
    '\n',
    'a & b',
    'R&D',
    'a > b',
    'a < b',
    '<3',
    '"a"',
    "it's",
    '/>',
    ']]>',
    '`',
    '\u00a0',
    '😀',
  ],
  ...[
    '&amp;',
    '&lt;b&gt;',
    '&quot;',
    '&nbsp;',
    '&copy',
    '&copy;',
    '&eacute;',
    '&notin;',
    '&notit;',
    '&unknown;',
  ],
  ...['&#39;', '&#x27;', '&#0;', '&#10;', '&#13;', '&#x80;', '&#xd800;', '&#x1f600;', '&#', '&'],
  ...['\ud800', '\0', '\r\n', '\r', '\f', '\ufeff', '\x7f'],
]

const INLINE_TAGS =
  'a abbr b code del em font i iframe img kbd label mark q s small span strong sub sup u var br wbr'
const BLOCK_TAGS =
  'p div section article blockquote ul ol dl figure figcaption h1 h2 h3 pre hr table address details summary'
const CHILD_TAGS: Readonly<Record<string, string>> = {
  ul: 'li',
  ol: 'li',
  dl: 'dt dd',
  table: 'caption colgroup thead tbody tfoot tr',
  thead: 'tr',
  tbody: 'tr',
  tfoot: 'tr',
  tr: 'td th',
  colgroup: 'col',
  svg: 'g path linearGradient title a',
  g: 'path circle desc',
  math: 'mi mo mrow mfrac mtext',
  button: 'b span',
  video: 'source track',
  picture: 'source img',
  iframe: '',
}
const VOID_TAGS = new Set('br hr img wbr col source track'.split(' '))

const hostile = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_PIECES) },
  { weight: 1, arbitrary: fc.constantFrom(...TEXTS) },
)
const text = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('text', ' ', '\n', 'a & b', '"a"', '&nbsp;', '&amp;', 'a > b', '&#39;'),
  },
  { weight: 1, arbitrary: fc.constantFrom(...TEXTS) },
)
const attributes = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(' class="a"', ' href="/a?b=1&amp;c=2" title="b"', ' src="/a.png" alt=""'),
  },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...ATTRIBUTES), { maxLength: 3 }).map((some) => some.join('')),
  },
)

/** HTML of a CMS, well-formed or almost so. */
const tame = (depth: number, parent: string): fc.Arbitrary<string> => {
  const children = CHILD_TAGS[parent]
  if (children === '') return fc.constantFrom('', '', '', 'text', '&lt;')
  const isTable = /^(table|thead|tbody|tfoot|tr|colgroup)$/.test(parent)
  const gap = isTable ? fc.constantFrom('', '\n', ' ') : text
  if (depth === 0) return gap
  const tags = (children ?? `${INLINE_TAGS} ${BLOCK_TAGS} svg math button video picture`).split(' ')
  const element = fc.constantFrom(...tags).chain((tag) =>
    fc
      .tuple(
        attributes,
        VOID_TAGS.has(tag) ? fc.constant('') : tame(depth - 1, tag),
        // An end tag may be missing.
        fc.integer({ min: 0, max: 30 }),
      )
      .map(([attributes, content, luck]) =>
        VOID_TAGS.has(tag)
          ? `<${tag}${attributes}${luck < 10 ? '/' : ''}>`
          : `<${tag}${attributes}>${content}${luck === 0 ? '' : `</${tag}>`}`,
      ),
  )
  const mishap = isTable ? 12 : 40
  return fc
    .array(
      fc.oneof(
        { weight: mishap, arbitrary: gap },
        { weight: mishap, arbitrary: element },
        { weight: 1, arbitrary: hostile },
      ),
      { maxLength: 4 },
    )
    .map((pieces) => pieces.join(''))
}

const soup = fc
  .array(
    fc.oneof(
      hostile,
      text,
      fc
        .tuple(fc.constantFrom(...`${INLINE_TAGS} ${BLOCK_TAGS}`.split(' ')), attributes)
        .map(([tag, more]) => `<${tag}${more}>`),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''))

/** HTML as sites may have it: mostly that of a CMS, and some that is meant to break out of its element. */
export const randomHtml: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: tame(3, '') },
  { weight: 2, arbitrary: soup },
)

const HOLDERS =
  'div p span li dd article section h1 pre a button b font caption td tr tbody table blockquote details svg'

/** HTML and the name of the element around it. */
export const randomContent: fc.Arbitrary<readonly [tag: string, raw: string]> = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(fc.constantFrom(...HOLDERS.split(' ')), randomHtml) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('svg'), tame(3, 'svg')) },
)
