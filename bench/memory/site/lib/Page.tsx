import { connection } from 'next/server'
import { CacheContent, RegisterContent } from './cache'
import { Island } from './Island'

interface Props {
  params: Promise<{ kind: string; first: string }>
}

/**
 * The page of four routes: `/a/entries/0` to `/d/entries/0` show the ten entries from 0. `/a/list/100` shows one
 * list of 100 items.
 */
export async function Page({ params }: Props) {
  await connection()
  const { kind, first: firstText } = await params
  const first = Number(firstText)
  if (kind === 'entries')
    return numbers(10).map((index) => <Entry key={index} id={first + index} items={10} />)
  if (kind === 'plain')
    return (
      <CacheContent name="plain" vary={[first]} compact={false}>
        {numbers(20_000).map((item) => (
          <b key={item} />
        ))}
      </CacheContent>
    )
  if (kind === 'slow')
    return (
      <CacheContent name="slow" vary={[first]}>
        <RegisterContent obj="slow" />
        <Slow />
      </CacheContent>
    )
  return <Entry id={0} items={first} />
}

function Entry({ id, items }: { id: number; items: number }) {
  return (
    <CacheContent name="entry" vary={[id, items]}>
      <RegisterContent obj={`entry:${id}`} />
      <ul>
        {numbers(items).map((item) => (
          <li key={item} className="item">
            <a href={`/story/${item}`}>
              Story {item} of entry {id}
            </a>
          </li>
        ))}
      </ul>
      <Island label={`entry ${id}`} />
    </CacheContent>
  )
}

async function Slow() {
  await new Promise((resolve) => setTimeout(resolve, 20))
  return <p>slow</p>
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
