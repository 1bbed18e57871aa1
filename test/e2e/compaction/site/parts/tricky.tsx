import { Island } from '../client/Island'

const strings = [
  '</script><script>window.broken = 1</script>',
  '<!-- <script>',
  '-->',
  '<![CDATA[ ]]>',
  'line\u2028para\u2029graph',
  `'single' "double" \`back\``,
  '&lt;b&gt; &amp;lt; &#60; &quot;',
  '</p></div></main></body>',
  '<hr id="rcc-0"/>',
  '$1',
  '$undefined',
  '$$',
  '$L1',
  '$@0',
  '$NaN',
  '@1',
  '\u0001\u001f\u007f\ufeff\ufffe',
  '\\u003c \\x3c \\n',
  '__proto__',
  '{"a":1},[0]',
]

/** Strings with a special meaning in HTML, scripts or Flight, or for code that searches the HTML. */
export function Tricky() {
  return (
    <>
      {strings.map((text) => (
        <section key={text} title={text} data-x={text} aria-label={text}>
          <p>{text}</p>
          <p title={text}>
            {text}
            {text} and <b className={text}>{text}</b>
          </p>
          <Island label={text}>{text}</Island>
        </section>
      ))}
    </>
  )
}
