import { Fragment } from 'react'

const two = 2
const nothing = ''

export function Text() {
  return (
    <>
      <p>
        one {two} {3}
        {'four'}
        {'five'} {BigInt(6)}
      </p>
      <p>{nothing}</p>
      <p>
        {nothing}
        {nothing}between{nothing}
      </p>
      <p>
        {0}
        {null}
        {undefined}
        {false}
        {true}
        {Number.NaN}
      </p>
      <p> spaces around </p>
      <p>{'  two  \n lines\t '}</p>
      <p>
        &amp; &lt; &gt; &quot; &nbsp; &copy; {'&amp; &#38;'} {'\'quoted\' "twice"'}
      </p>
      <p>{'nbsp\u00a0zero\u200bwidth\u200e\u202erightToLeft\u202c'}</p>
      <p>{'𝒳 👩‍👩‍👧 é e\u0301 日本 العربية'}</p>
      <p>{'carriage\rreturn and\r\nboth'}</p>
      <p title={'carriage\rreturn'}>{'formfeed\fvertical\vtab'}</p>
      <pre>{'\nleading newline\n  kept'}</pre>
      <pre>
        <b>bold</b>
        {'\n'}after
      </pre>
      <pre>
        {nothing}
        two
      </pre>
      <pre>{'no newline'}</pre>
      <p>a paragraph next to</p>
      <ul>
        <li>a list</li>
        <li>
          <p>with</p>
          <ol start={3}>
            <li value={7}>another</li>
          </ol>
        </li>
      </ul>
      <dl>
        <dt>term</dt>
        <dd>
          <p>what it is</p>
        </dd>
        <div>
          <dt>grouped</dt>
          <dd>so</dd>
        </div>
      </dl>
      <ul>
        {['x', 'y,z', 'x/y', '$1', ''].map((key) => (
          <li key={key}>key {key}</li>
        ))}
      </ul>
      <div>
        {[
          ['nested', <b key="b">lists</b>],
          [['of', <Fragment key="f">fragments</Fragment>], 1],
        ]}
        <Fragment key="keyed">
          <i>in</i>a keyed fragment
        </Fragment>
        <>
          <>twice</>
        </>
      </div>
      <h2>
        A heading<sup>1</sup>,{' '}
        <ruby>
          漢<rp>(</rp>
          <rt>kan</rt>
          <rp>)</rp>
        </ruby>
        <br />
        <wbr />
        <abbr title="etc.">&c.</abbr> <bdo dir="rtl">bdo</bdo> <time dateTime="2026-01-01">then</time>
      </h2>
      <hr />
      <blockquote cite="/x">
        <a href="/a?b=1&c=2#d">a link</a>, <del>gone</del> <ins>new</ins> <kbd>k</kbd>
      </blockquote>
    </>
  )
}
