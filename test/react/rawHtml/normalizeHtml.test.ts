import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizeHtml } from '../../../lib/react/rawHtml/normalizeHtml.ts'
import { parseHtml } from '../../../lib/react/rawHtml/parseHtml.ts'
import { scanHtml } from '../../../lib/react/rawHtml/scanHtml.ts'
import { listHostileHtml } from '../../support/hostileHtml.ts'
import { randomContent } from '../../support/randomHtml.ts'

const normalize = (raw: string, tag = 'div') => normalizeHtml(tag, raw).html
const getObstacle = (raw: string, tag = 'div') => normalizeHtml(tag, raw).obstacle

const article = [
  '<h2 id="plan">A plan</h2>',
  '<p class="lead">The <a href="/a?b=1&amp;c=2">committee</a> met on <em>Tuesday</em>.<br>It was late.</p>',
  '<figure><img src="/a.png" alt="A picture" loading="lazy"><figcaption>Caption</figcaption></figure>',
  '<ul>\n<li>one<ol><li>two</li></ol></li>\n</ul>',
  '<table>\n<thead><tr><th>a</th></tr></thead>\n<tbody>\n<tr><td><p>b</p></td></tr></tbody></table>',
  '<blockquote><p>quoted</p></blockquote><pre><code>if (a &lt; b) return</code></pre><hr>',
  '<iframe src="https://example.com/" title="video" allowfullscreen=""></iframe><!--more-->',
  '<p onclick="go()"><video controls=""><source src="/a.mp4"></video></p>',
].join('\n')

describe('normalized HTML', () => {
  it('an article that is written as React would write it does not change', () => {
    expect(normalize(article)).toBe(article)
    expect(scanHtml('div', article)).toBe(article)
  })

  it.each([
    ['quotes and brackets in text', `"a" > 'b'`, `&quot;a&quot; &gt; 'b'`],
    ['entities', '&nbsp;&eacute;&#39;&#x2014;&amp;&lt;', "\u00a0é'—&amp;&lt;"],
    ['an ampersand before a space', 'a & b', 'a &amp; b'],
    ['an ampersand before a letter', 'R&D', 'R&amp;D'],
    ['parameters of a URL', '<a href="?a=1&copy=2">a</a>', '<a href="?a=1&amp;copy=2">a</a>'],
    ['single quotes', `<p title='a "b"'>c</p>`, '<p title="a &quot;b&quot;">c</p>'],
    ['no quotes', '<p title=a>b</p>', '<p title="a">b</p>'],
    ['an attribute without value', '<video controls></video>', '<video controls=""></video>'],
    ['spaces in tags', '<p\n  lang = "en"\t>a</p >', '<p lang="en">a</p>'],
    ['slashes in void elements', '<br/><br />', '<br><br>'],
    ['capitals', '<P CLASS="A">b</P>', '<p class="A">b</p>'],
    ['capitals in SVG', '<svg viewbox="0 0 1 1"></svg>', '<svg viewBox="0 0 1 1"></svg>'],
    ['elements without content in SVG', '<svg><path d="M0 0"/></svg>', '<svg><path d="M0 0"></path></svg>'],
    ['an omitted end tag', '<p>a<p>b<ul><li>c<li>d</ul>', '<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul>'],
    [
      'an omitted table body',
      '<table><tr><td>a</table>',
      '<table><tbody><tr><td>a</td></tr></tbody></table>',
    ],
    ['text in a table', '<table>a</table>', 'a<table></table>'],
    ['a newline at the start of a pre', '<pre>\na</pre>', '<pre>a</pre>'],
    ['carriage returns', '\r\na\rb', '\na\nb'],
    ['text in a text area', '<textarea><b></textarea>', '<textarea>&lt;b&gt;</textarea>'],
    ['annotations', '<ruby>a<rp>(<rt>b<rp>)</ruby>', '<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>'],
    ['a formula', '<math><mi>a</mi><mo>&lt;</mo></math>', '<math><mi>a</mi><mo>&lt;</mo></math>'],
  ])('HTML is written as React would write it: %s', (_, raw, html) => {
    expect(normalize(raw)).toBe(html)
  })

  it('the content of elements of a table is normalized', () => {
    expect(normalize('<td>a<td>b', 'tr')).toBe('<td>a</td><td>b</td>')
    expect(normalize('<p>a', 'td')).toBe('<p>a</p>')
    expect(normalize('<tr><td>a', 'table')).toBe('<tbody><tr><td>a</td></tr></tbody>')
  })

  it('the content of a drawing is normalized', () => {
    expect(normalize('<linearGradient id="a"/><title>b</title>', 'svg')).toBe(
      '<linearGradient id="a"></linearGradient><title>b</title>',
    )
    expect(getObstacle('<circle/><p>a</p>', 'svg')).toBe('unbalanced tags')
    expect(getObstacle('<section></section>', 'svg')).toBe('section')
  })

  it('HTML that was normalized does not change', () => {
    fc.assert(
      fc.property(randomContent, ([tag, raw]) => {
        const html = normalize(raw, tag)
        if (html !== undefined) expect(normalize(html, tag)).toBe(html)
      }),
      { numRuns: 1_000 },
    )
  })

  it('HTML that the scanner accepts is what the parser makes of it', () => {
    let accepted = 0
    fc.assert(
      fc.property(randomContent, ([tag, raw]) => {
        const text = raw.replace(/\r\n?/g, '\n')
        if (getObstacle(raw, tag) === 'control character') return
        const scanned = scanHtml(tag, text)
        if (scanned === undefined) return
        accepted++
        expect(parseHtml(tag, text)).toBe(scanned)
      }),
      { numRuns: 3_000 },
    )
    expect(accepted).toBeGreaterThan(500)
  })
})

describe('HTML that is not normalized', () => {
  it.each([
    ['script', '<p>a</p><script>go()</script>'],
    ['style', '<style>p{color:red}</style>'],
    ['noscript', '<noscript>a</noscript>'],
    ['template', '<template>a</template>'],
    ['select', '<select></select>'],
    ['link', '<link rel="stylesheet" href="/a.css">'],
    ['custom element', '<x-a>b</x-a>'],
    ['rt', '<p>a<rt>b</p>'],
    ['search', '<search>a</search>'],
    ['object', '<object data="/a.pdf"></object>'],
    ['desc', '<svg><desc><p>a</p></desc></svg>'],
    ['unknown element', '<a_very_long_name_of_a_tag></a_very_long_name_of_a_tag>'],
    ['attribute is', '<button is="x-a">b</button>'],
    ['attribute nonce', '<p nonce="a">b</p>'],
    ['attribute contenteditable', '<p contenteditable>a</p>'],
    ['attribute name', '<button name="attributes">a</button>'],
    ['name of an attribute', '<p "a">b</p>'],
    ['comment', '<!--<b>-->'],
    ['comment', 'a<!-- -->b'],
    ['iframe', '<iframe>&lt;</iframe>'],
    ['newline at the start of pre', '<pre>\n\na</pre>'],
    ['processing instruction', '<?php ?>a'],
    ['CDATA', '<math><mi><![CDATA[a]]></mi></math>'],
    ['control character', 'a\0b'],
    ['control character', '&#13;'],
    ['control character', '\ud800'],
    ['too deep', '<div>'.repeat(200)],
    ['too long', `<b>${'a'.repeat(300_000)}`],
    ['unbalanced tags', '<b>open'],
    ['unbalanced tags', 'a</section>b'],
    ['unbalanced tags', 'a<tr>b'],
    ['unbalanced tags', '</div><div>'],
    ['unbalanced tags', '<i><b>a</i></b>'],
    ['unbalanced tags', '<table><tr><td><form></td></tr></table>'],
    ['unbalanced tags', '<body class="a">b'],
    ['unbalanced tags', 'a<!--'],
  ])('the reason is named: %s in %s', (obstacle, raw) => {
    expect(normalizeHtml('div', raw)).toEqual({ obstacle })
  })

  it.each([
    ['p', '<div>a</div>'],
    ['a', '<a href="/b">c</a>'],
    ['button', '<button>a</button>'],
    ['h1', '<h2>a</h2>'],
    ['li', '<li>a</li>'],
    ['pre', '\na'],
    ['td', '<td>a'],
    ['tr', 'a'],
  ])('a parser would move the content of <%s>: %j', (tag, raw) => {
    expect(getObstacle(raw, tag)).toBe('unbalanced tags')
  })

  it.each(['iframe', 'math', 'g', 'select', 'video', 'ruby', 'x-a', 'unknown'])(
    'HTML in <%s> is refused',
    (tag) => {
      expect(getObstacle('a', tag)).toBe('not in this element')
    },
  )

  it('hostile HTML is refused, or makes the same elements everywhere', () => {
    let refused = 0
    for (const { tag, raw } of listHostileHtml()) {
      const { html } = normalizeHtml(tag, raw)
      if (html === undefined) refused++
      else expect(parseHtml(tag, html), raw).toBe(html)
    }
    expect(refused).toBeGreaterThan(2_000)
  })

  it.each([
    ['open formatting elements', Array.from({ length: 90 }, (_, at) => `<b id=${at}>`).join(''), '<p>a'],
    ['open elements', '', '<b>'],
    ['attributes', '<p a', ' a'],
    ['tables', '', '<table>'],
    ['comments', '<!--', '-'],
    ['end tags', '', '</p '],
  ])('HTML with many %s takes no longer than other HTML', (_, start, piece) => {
    const startedAt = performance.now()
    normalizeHtml('div', start + piece.repeat(Math.floor(200_000 / piece.length)))
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })
})
