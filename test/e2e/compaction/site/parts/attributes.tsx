const custom = { a: 1, open: true, closed: false, 'some-thing': 'x', className: 'named' }

export function Attributes() {
  return (
    <>
      <div hidden className="a  b" id="with-all" dir="auto" lang="de" tabIndex={-1} title={'"\'<>&\n'} />
      <div hidden={false} contentEditable suppressContentEditableWarning spellCheck={false} draggable>
        edit <b>me</b>
      </div>
      <div contentEditable={false} translate="no" inert />
      <div
        data-empty=""
        data-true={true}
        data-false={false}
        data-number={0}
        data-null={null}
        data-json='{"a":[1]}'
      />
      <div aria-hidden="true" aria-expanded={false} aria-label="Ä &amp; B" role="note" />
      <p
        style={
          {
            margin: 0,
            lineHeight: 1.5,
            '--own': 'a;b"',
            WebkitLineClamp: 3,
            backgroundImage: 'url("/dot.png?bg")',
          } as object
        }
      >
        <span style={{}}>no style</span>
        <span style={{ color: 'RED', content: '"</style>"', width: undefined, opacity: 0 }}>style</span>
      </p>
      <p>
        <a href="https://example.com/ä?q=a b&c=%20" target="_blank" rel="noopener" download>
          url
        </a>
        <a href="" ping="">
          empty
        </a>
        <a href="/named" download="name.txt" hrefLang="en">
          named
        </a>
      </p>
      <details open>
        <summary>
          Sum<b>mary</b>
        </summary>
        <p>details</p>
      </details>
      <details>
        <summary>closed</summary>
      </details>
      <dialog open>
        <p>dialog</p>
      </dialog>
      <div popover="auto">popover</div>
      <own-element {...custom}>
        <p slot="x">in a custom element</p>
      </own-element>
      <div>
        <p>around</p>
        <own-element data-x={1} />
      </div>
      <p itemScope itemProp="x" itemType="https://schema.org/Thing" is-not-known="1">
        <bdi>unknown</bdi>
      </p>
    </>
  )
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'own-element': Record<string, unknown>
    }
  }
}
