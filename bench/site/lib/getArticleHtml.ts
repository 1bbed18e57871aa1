const stored = new Map<number, string>()

/**
 * Returns the HTML of an article, about 8 KB, in the style of a content management system. It is stored, because a site
 * reads it from a database.
 */
export function getArticleHtml(id: number): string {
  const html = stored.get(id) ?? createArticleHtml(id)
  stored.set(id, html)
  return html
}

const createArticleHtml = (id: number) =>
  [
    `<p class="lead">${writeSentences(id, 0, 3)} <strong>This is article ${id}</strong>.</p>`,
    writeParagraph(id, 1),
    writeFigure(id, 1),
    ...writeChapter(id, 1, writeList(id)),
    ...writeChapter(id, 2, writeTable(id)),
    writeFigure(id, 2),
    ...writeChapter(id, 3, writeQuote(id)),
    ...writeChapter(id, 4, writeCode(id)),
    '<hr>',
    `<p><em>Updated on <time datetime="2026-01-${10 + id}">January ${10 + id}, 2026</time>.</em></p>`,
  ].join('\n\n')

const sentences = [
  'The committee met on Tuesday &mdash; for the third time this year &mdash; and postponed its decision.',
  'According to <a href="/items/7">the report</a>, costs rose by 12&nbsp;% within <em>two</em> years.',
  'Residents &amp; shop owners had asked for <strong>more time</strong> to read the 140&nbsp;pages.',
  'A spokesperson said: &ldquo;We don&rsquo;t expect a change before the summer.&rdquo;',
  'The plan, <a href="https://example.com/plan?part=2&amp;lang=en" target="_blank" rel="noopener noreferrer">published online</a>, has since been revised.',
  'Nothing of this is final, however: the council votes on <time datetime="2026-02-03">3 February</time>.',
  'Others point to <a class="internal" href="/items/12#costs" title="All figures">figures of the past decade</a>, which tell a different story.',
  'In <abbr title="square metres">m<sup>2</sup></abbr>, the new building is smaller than the old one.',
  'Press <kbd>Ctrl</kbd>+<kbd>F</kbd> to search the document for <code>budget_2026</code>.',
  'Critics call it <del>too late</del> <ins>just in time</ins>, and <mark>none of them</mark> wants to wait.',
  'The architect&rsquo;s first sketch dates from 1998 and was, as she recalls, drawn on a napkin.',
]

function writeSentences(id: number, first: number, count: number) {
  const chosen = Array.from({ length: count }, (_, index) => {
    // Seven is prime to the number of sentences, so that neighbours differ between articles.
    return sentences[(id * 3 + (first + index) * 7) % sentences.length]
  })
  return chosen.join(' ')
}

const writeParagraph = (id: number, number: number) => `<p>${writeSentences(id, number * 5, 5)}</p>`

const writeChapter = (id: number, number: number, block: string) => [
  `<h2 id="part-${id}-${number}">Part ${number}: <span>what article ${id} is about</span></h2>`,
  writeParagraph(id, number * 3),
  block,
  `<h3>In detail</h3>`,
  writeParagraph(id, number * 3 + 1),
]

const writeFigure = (id: number, number: number) => {
  const source = `/pictures/article-${id}-${number}`
  return `<figure class="wp-block-image size-large"><img loading="lazy" decoding="async" width="1024" height="576" src="${source}.png" alt="Figure ${number} of article ${id}" class="wp-image-${id * 10 + number}" srcset="${source}.png 1024w, ${source}-300.png 300w, ${source}-768.png 768w" sizes="(max-width: 1024px) 100vw, 1024px"><figcaption>The site in <em>autumn</em>. Photo: <a href="https://example.com/photos/${id}">A. Author</a></figcaption></figure>`
}

const writeList = (id: number) => `<ul class="wp-block-list">
<li>${writeSentences(id, 40, 1)}</li>
<li>Three phases:
<ol>
<li><strong>Planning</strong>, until spring</li>
<li><strong>Construction</strong>, two years</li>
<li><strong>Handover</strong></li>
</ol>
</li>
<li>${writeSentences(id, 41, 1)}</li>
</ul>`

const writeTable = (
  id: number,
) => `<figure class="wp-block-table"><table><thead><tr><th>Year</th><th>Planned</th><th>Spent</th></tr></thead><tbody>
${[2023, 2024, 2025, 2026]
  .map(
    (year, row) =>
      `<tr><td>${year}</td><td style="text-align:right">${100 + id + row}&nbsp;m</td><td style="text-align:right">&minus;${90 + id * row}&nbsp;m</td></tr>`,
  )
  .join('\n')}
</tbody></table><figcaption>Figures in millions</figcaption></figure>`

const writeQuote = (
  id: number,
) => `<blockquote class="wp-block-quote" cite="https://example.com/speech/${id}">
<p>${writeSentences(id, 50, 2)}</p>
<cite>The mayor, in a speech</cite>
</blockquote>`

const writeCode = (
  id: number,
) => `<pre class="wp-block-code"><code class="language-ts">const costs: Map&lt;number, number&gt; = await load(${id})
for (const [year, cost] of costs) {
  if (year &gt; 2024 &amp;&amp; cost &gt; 0) console.log(\`\${year}: \${cost}\`)
}</code></pre>`
