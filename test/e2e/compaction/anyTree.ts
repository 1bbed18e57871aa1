import fc from 'fast-check'
import type { Tree } from './site/scenes/Trees.tsx'

/**
 * Arbitrary trees that React shows alike from a document and when it mounts them. Elements are in places that HTML
 * allows. Text has no zero bytes, because a document cannot contain them.
 */
export function anyTree(): fc.Arbitrary<Tree> {
  return fc.letrec<{ flow: Tree; phrasing: Tree }>((tie) => {
    const many = (name: 'flow' | 'phrasing') => fc.array(tie(name), { maxLength: 4, depthIdentifier: depth })
    const of = (
      types: readonly string[],
      children: fc.Arbitrary<Tree[]>,
      own: fc.Arbitrary<object> = props,
    ) => fc.record({ type: fc.constantFrom(...types), props: own, children })
    const nested = (type: string, inner: string, children: fc.Arbitrary<Tree[]>) =>
      of(
        [type],
        fc
          .array(of([inner], children), { maxLength: 3 })
          .map((items) => [items.map((item) => ({ ...item, children: item.children }))]),
      )
    return {
      phrasing: fc.oneof(
        { depthIdentifier: depth, maxDepth: 4, withCrossShrink: true },
        leaf,
        of(['span', 'b', 'em', 'code', 'q'], many('phrasing')),
        of(['Fragment'], many('phrasing'), nothing),
        of(['Island'], many('phrasing'), label),
        of(['Suspense'], many('phrasing'), nothing),
        fc.array(tie('phrasing'), { maxLength: 3 }),
      ),
      flow: fc.oneof(
        { depthIdentifier: depth, maxDepth: 5, withCrossShrink: true },
        of(['p', 'h2'], many('phrasing')),
        // React and HTML disagree about a newline at the start of a <pre>, unless it is the only text.
        of(
          ['pre'],
          many('phrasing').map((children) => ['first', ...children]),
        ),
        tie('phrasing'),
        of(['div', 'section', 'blockquote', 'own-element'], many('flow')),
        nested('ul', 'li', many('flow')),
        of(['table'], fc.array(nested('tbody', 'tr', fc.tuple(of(['td'], many('flow')))), { maxLength: 2 })),
        of(['Inspector', 'Suspense', 'Fragment'], many('flow'), nothing),
        of(
          ['svg'],
          fc.array(of(['g', 'circle', 'text'], fc.array(text, { maxLength: 2 })), { maxLength: 3 }),
        ),
      ),
    }
  }).flow
}

const depth = fc.createDepthIdentifier()

const text = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\n',
    'words',
    '<b>',
    '&amp;',
    '</p>',
    '<!--',
    ']]>',
    '$1',
    '$',
    '"',
    "'",
    '\u00a0',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 5 }).map((binary) => binary.replaceAll('\0', '')),
)

const leaf = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.oneof(fc.integer(), fc.double()),
  fc.constant(null),
  fc.constantFrom({ type: 'br' }, { type: 'wbr' }, { type: 'input', props: { defaultValue: 'x' } }),
)

const props = fc.record(
  {
    title: text,
    className: text,
    'data-x': text,
    'aria-label': text,
    hidden: fc.boolean(),
    tabIndex: fc.integer({ min: -1, max: 3 }),
    dir: fc.constantFrom('ltr', 'rtl'),
    style: fc.record({ color: fc.constantFrom('red', 'RED'), margin: fc.nat(9) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
)
const nothing = fc.constant({})
const label = fc.record({ label: text })
