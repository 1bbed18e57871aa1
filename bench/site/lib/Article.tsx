import { registerContent } from 'react-cache-content/next'
import type { FragmentProps } from './FragmentProps'
import { getArticleHtml } from './getArticleHtml'
import { loadItems } from './loadItems'

/** An article whose text is HTML of a content management system. */
export async function Article(props: FragmentProps) {
  const items = await loadItems(props, props.id, 1)
  return items.map((item) => {
    registerContent(item)
    return (
      <article key={item.id} className="article">
        <h1>{item.headline}</h1>
        <p className="meta">
          <span>By {item.author}</span> · <time dateTime="2026-01-01">1 January</time>
        </p>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: the HTML is trusted, as that of a site's own editors */}
        <div className="text" dangerouslySetInnerHTML={{ __html: getArticleHtml(item.id) }} />
      </article>
    )
  })
}
