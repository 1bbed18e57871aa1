import { Island } from '../client/Island'
import { Fragment, type Mode } from '../Fragment'

/** HTML as editors and CMS write it: with entities, omitted tags, attributes without quotes, and handlers. */
const body = `
<!-- wp:heading {"level":2} -->
<h2 id="plan">A plan for the harbour</h2>
<!-- /wp:heading -->
<p class="lead">The <a href="/plain/home?a=1&b=2" title="Committee &amp; council">committee</a> met on <em>Tuesday</em>
&ndash; the 14th &ndash; and said: &ldquo;It&#8217;s "good" &amp; <strong>cheap</strong>.&rdquo;<br>R&D costs 5 > 4&nbsp;million &euro;.
<p>A paragraph that nothing closes, with <code>if (a &lt; b)</code>, H<sub>2</sub>O and <mark>a mark</mark>.\r
<FIGURE CLASS=wide><IMG src="/dot.png?article" alt="The 'old' harbour" width=640 height=480 loading="lazy"/>
  <figcaption>Photo: <b>A. Smith</b></figcaption>
</FIGURE>
<ul>
  <li>one
  <li>two
    <ol start="3"><li>three</li></ol>
</ul>
<dl><dt>Berth<dd>A place for a ship</dl>
<table class="wp-block-table">
  <caption>Costs</caption>
  <thead><tr><th scope="col">Item</th><th>Price</th></tr></thead>
  <tr><td colspan="2">A crane, <i>used</i></td></tr>
  <tr><td>Paint<td>5&nbsp;€
</table>
<blockquote cite="/plain/home"><p>Ships pass.</p></blockquote>
<pre><code class="language-js">const a = "b" &amp;&amp; c
  return a &lt; 5
</code></pre>
<iframe srcdoc="&lt;p&gt;embedded&lt;/p&gt;" title='A "map"' width=300 height=150 allowfullscreen></iframe>
<button type="button" id="vote" onclick="this.dataset.votes = Number(this.dataset.votes || 0) + 1">Vote</button>
<details><summary>More</summary><p hidden>Hidden text</p></details>
<svg viewBox="0 0 10 10" width="10"><title>A sign</title><linearGradient id="sky"/><path d="M0 0h10v10z" fill="url(#sky)"/></svg>
<math><mi>a</mi><mo>=</mo><mn>5</mn></math>
<ruby>漢<rt>kan</ruby><hr><video controls></video>
<p style="color:red">Last paragraph</p>
`

/** HTML of the same kind that stays in its element. */
const refused = '<p>before <b>a bold text that nothing closes</p>'

export function Article({ mode }: { mode: Mode }) {
  return (
    <Fragment mode={mode} name="article">
      <article>
        <h1>Article</h1>
        <div className="body" dangerouslySetInnerHTML={{ __html: body }} />
        <p>
          <span dangerouslySetInnerHTML={{ __html: 'a <i>teaser</i> &copy; in a paragraph' }} />
        </p>
        <table>
          <tbody>
            <tr dangerouslySetInnerHTML={{ __html: '<td>one cell<td><a href="/plain/home">another</a>' }} />
          </tbody>
        </table>
      </article>
      <aside>
        <Island label="beside" />
        <div dangerouslySetInnerHTML={{ __html: '<P>beside an island' }} />
        <div dangerouslySetInnerHTML={{ __html: refused }} />
      </aside>
    </Fragment>
  )
}
