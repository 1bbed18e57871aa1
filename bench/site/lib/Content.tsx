import { registerContent } from 'react-cache-content/next'
import { Article } from './Article'
import { CardSection } from './CardSection'
import { counts } from './counts'
import { DeclaredSave } from './declaredIslands'
import { Fragment } from './Fragment'
import type { FragmentProps } from './FragmentProps'
import { ItemMarkup } from './ItemMarkup'
import { Save, Vote } from './islands'
import { loadItems } from './loadItems'
import { shapes } from './shapes'

/** The content of a fragment, which is the same in all modes. */
export function Content(props: FragmentProps) {
  counts.rendered++
  const Part = parts[props.part]
  return <Part {...props} />
}

const parts = {
  section: Section,
  front: Front,
  group: Group,
  item: SingleItem,
  table: Table,
  level: Level,
  cards: CardSection,
  article: Article,
}

async function Section(props: FragmentProps) {
  const { shape, id } = props
  const { items: count, islandsPer } = shapes[shape]
  const items = await loadItems(props, id * count, count)
  return (
    <section>
      <h2>Section {id}</h2>
      <ul>
        {items.map((item) => (
          <li key={item.id}>
            <ItemMarkup item={item}>
              {islandsPer === 'item' && <Islands id={item.id} votes={item.votes} />}
            </ItemMarkup>
          </li>
        ))}
      </ul>
      {islandsPer === 'fragment' && <Islands id={id} votes={items.length} />}
    </section>
  )
}

function Islands({ id, votes }: { id: number; votes: number }) {
  return (
    <>
      <Save id={id} />
      <Vote votes={votes} />
    </>
  )
}

function Front(props: FragmentProps) {
  const { sections } = shapes[props.shape]
  return (
    <>
      <h1>The front page</h1>
      {Array.from({ length: sections ?? 0 }, (_, id) => id).map((id) => (
        <Fragment key={id} {...props} part="group" id={id} />
      ))}
    </>
  )
}

function Group({ id, ...props }: FragmentProps) {
  const { items } = shapes[props.shape]
  const ids = Array.from({ length: items }, (_, index) => id * items + index)
  return (
    <section>
      <h2>Section {id}</h2>
      <ul>
        {ids.map((item) => (
          <li key={item}>
            <Fragment {...props} part="item" id={item} />
          </li>
        ))}
      </ul>
      <Islands id={id} votes={items} />
    </section>
  )
}

async function SingleItem(props: FragmentProps) {
  const items = await loadItems(props, props.id, 1)
  return items.map((item) => <ItemMarkup key={item.id} item={item} />)
}

async function Table(props: FragmentProps) {
  const Button = props.mode === 'declared' ? DeclaredSave : Save
  const { items: count, islandsPer } = shapes[props.shape]
  const rows = await loadItems(props, 0, count)
  registerContent('item:list')
  return (
    <table>
      <tbody>
        {rows.map(({ id, headline, author, votes }) => (
          <tr key={id}>
            <td>{id}</td>
            <td>{headline}</td>
            <td>{author}</td>
            <td>{votes} votes</td>
            <td>1 January</td>
            <td>{islandsPer === 'item' || id === 250 ? <Button id={id} /> : 'Saved'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A fragment that contains the next level, down to the last. */
function Level({ id, ...props }: FragmentProps) {
  const { items: levels } = shapes[props.shape]
  registerContent(`level:${id}`)
  return (
    <section>
      <h2>Level {id}</h2>
      {id + 1 < levels && <Fragment {...props} id={id + 1} />}
    </section>
  )
}
