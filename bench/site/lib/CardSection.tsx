import { Card } from './Card'
import type { FragmentProps } from './FragmentProps'
import { loadItems } from './loadItems'
import { shapes } from './shapes'

/** A section of cards, as on the front page of a shop or a magazine. */
export async function CardSection(props: FragmentProps) {
  const { shape, id, mode } = props
  const { items: count } = shapes[shape]
  const items = await loadItems(props, id * count, count)
  return (
    <section className="cards">
      <h2>Section {id}</h2>
      <ul>
        {items.map((item, index) => (
          <li key={item.id}>
            <Card item={item} isLead={index === 0} isPlain={mode === 'plain'} />
          </li>
        ))}
      </ul>
    </section>
  )
}
