import { registerContent } from 'react-cache-content/next'
import { type Cost, spend } from './costOf'
import { Save, Vote } from './islands'

export const SECTIONS = Array.from({ length: 20 }, (_, index) => index)
const ITEMS = Array.from({ length: 30 }, (_, index) => index)

/** Thirty items of plain markup with two client components each. */
export async function Section({ section, cost }: { section: number; cost: Cost }) {
  await spend(cost)
  return (
    <section>
      <h2>Section {section}</h2>
      <ul>
        {ITEMS.map((item) => (
          <Item key={item} id={section * ITEMS.length + item} />
        ))}
      </ul>
    </section>
  )
}

function Item({ id }: { id: number }) {
  registerContent(`item:${id}`)
  return (
    <li className="item">
      <h3>
        <a href={`/items/${id}`}>Headline number {id}, as long as headlines are</a>
      </h3>
      <p className="summary">
        A sentence or two that say what this is about, so that a reader knows whether to go on.{' '}
        <em>Item {id}.</em>
      </p>
      <p className="meta">
        <span>By an author</span> · <time dateTime="2026-01-01">1 January</time>
      </p>
      <Save id={id} />
      <Vote votes={id % 17} />
    </li>
  )
}
