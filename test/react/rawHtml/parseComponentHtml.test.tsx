import type { CSSProperties, ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { parseComponentHtml } from '../../../lib/react/rawHtml/parseComponentHtml.ts'

/** HTML of React becomes elements that React writes as the same HTML. */
const same: Record<string, ReactNode> = {
  'an element without content': <hr className="rule" />,
  'an element with text': <b>one &amp; two</b>,
  'texts beside each other': (
    <b>
      {'one'} {'two'} &lt;
    </b>
  ),
  'a text without an element': 'one & <two>',
  'several elements': (
    <>
      <dt>one</dt>
      <dd>two</dd>
    </>
  ),
  'text beside elements': (
    <>
      one <b>two</b> three
    </>
  ),
  'attributes with other names in React': (
    <label className="a b" htmlFor="field" tabIndex={0} aria-label="a" data-kind="b" contentEditable={false}>
      text
    </label>
  ),
  'attributes without a value': (
    <button type="button" disabled hidden>
      text
    </button>
  ),
  'a style': (
    <b
      style={
        {
          color: 'red',
          padding: 2,
          '--own': '1px',
          WebkitLineClamp: 3,
          msTransform: 'none',
          backgroundImage: 'url(/a.png)',
        } as CSSProperties
      }
    >
      text
    </b>
  ),
  'an svg': (
    <svg viewBox="0 0 8 8" strokeWidth={2} fillRule="evenodd">
      <path d="M0 0" strokeLinecap="round" />
      <use xlinkHref="#a" />
    </svg>
  ),
  'elements inside each other': (
    <button type="button">
      <svg width="8">
        <path d="M0 0" />
      </svg>
      <span>
        Save <em>it</em>
      </span>
    </button>
  ),
  'a cell of a table': <td colSpan={2}>text</td>,
}

describe('parseComponentHtml', () => {
  for (const [name, node] of Object.entries(same)) {
    it(`React writes the elements of its HTML as the same HTML: ${name}`, () => {
      const html = renderToString(node)
      const { elements, obstacle } = parseComponentHtml(html)
      expect(obstacle).toBeUndefined()
      expect(renderToString(elements)).toBe(html)
    })
  }

  it.each([
    ['a boundary', '<!--$--><b>text</b><!--/$-->'],
    ['a script', '<script>1</script>'],
    ['a style', '<b>text</b><style>b{}</style>'],
    ['a style in an element', '<b>text<style>b{}</style></b>'],
    ['a link', '<link rel="preload" href="/a"/>'],
    ['a custom element', '<my-badge>text</my-badge>'],
    ['a field', '<input value="a"/>'],
    ['a style with a semicolon in a value', '<b style="background:url(data:a;b)">text</b>'],
    ['a Server Action', '<div><form action=""><input type="hidden" name="$ACTION_ID_1"/></form></div>'],
    ['HTML of its own in another form', '<div><p>one<p>two</div>'],
    ['names in capitals', '<div><DIV>one</DIV></div>'],
    ['many characters', `<b>${'x'.repeat(100_000)}</b>`],
    ['texts without an element beside each other', 'one<!-- -->two'],
  ])('HTML with %s is refused', (_, html) => {
    expect(parseComponentHtml(html)).toEqual({ obstacle: expect.any(String) })
  })
})
