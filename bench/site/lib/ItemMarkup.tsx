import type { ReactNode } from 'react'
import { registerContent } from 'react-cache-content/next'
import type { Item } from './loadItems'

export function ItemMarkup({ item, children }: { item: Item; children?: ReactNode }) {
  registerContent(item)
  return (
    <article className="item">
      <h3>
        <a href={`/items/${item.id}`}>{item.headline}</a>
      </h3>
      <p className="summary">
        {item.summary} <em>Item {item.id}.</em>
      </p>
      <p className="meta">
        <span>By {item.author}</span> · <time dateTime="2026-01-01">1 January</time>
      </p>
      {children}
    </article>
  )
}
