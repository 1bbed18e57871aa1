import Image from 'next/image'
import Link from 'next/link'
import { registerContent } from 'react-cache-content/next'
import type { Item } from './loadItems'
import { PlainImage, PlainLink } from './plainMarkup'

const components = {
  next: { Anchor: Link, Picture: Image },
  plain: { Anchor: PlainLink, Picture: PlainImage },
}

interface Props {
  item: Item
  /** The first card of a section has a picture as wide as its column. */
  isLead: boolean
  /** Whether the card has elements in place of Next's components. */
  isPlain: boolean
}

export function Card({ item, isLead, isPlain }: Props) {
  registerContent(item)
  const { Anchor, Picture } = components[isPlain ? 'plain' : 'next']
  const { id, headline, summary, author } = item
  const path = `/items/${id}`
  return (
    <article className={isLead ? 'card lead' : 'card'}>
      <Anchor className="picture" href={path}>
        <CardPicture id={id} isLead={isLead} Picture={Picture} />
      </Anchor>
      <h3>
        <Anchor href={path}>{headline}</Anchor>
      </h3>
      <p className="summary">
        {summary} <em>Item {id}.</em>
      </p>
      <p className="meta">
        <span>By {author}</span> · <time dateTime="2026-01-01">1 January</time>
      </p>
      <Anchor className="more" href={{ pathname: path, query: { from: 'card' }, hash: 'more' }}>
        More by {author}
      </Anchor>
    </article>
  )
}

interface CardPictureProps {
  id: number
  isLead: boolean
  Picture: typeof Image | typeof PlainImage
}

/** A server component inside a link, as sites have them. */
function CardPicture({ id, isLead, Picture }: CardPictureProps) {
  const source = { src: `/pictures/item-${id}.png`, alt: `What item ${id} looks like` }
  if (!isLead) return <Picture {...source} width={320} height={180} />
  return (
    <span style={{ position: 'relative', display: 'block', aspectRatio: '16 / 9' }}>
      <Picture {...source} fill sizes="(min-width: 60rem) 50vw, 100vw" />
    </span>
  )
}
