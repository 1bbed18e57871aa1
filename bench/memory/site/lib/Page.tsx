import { connection } from 'next/server'
import { CacheContent, RegisterContent } from './cache'
import { Island } from './Island'

interface Props {
  params: Promise<{ what: string; from: string }>
}

/** One page in four routes: `/a/entries/0`, `/b/entries/0` and so on. `/a/list/100` is one list of 100 items. */
export async function Page({ params }: Props) {
  await connection()
  const { what, from } = await params
  const first = Number(from)
  if (what === 'entries')
    return numbers(10).map((index) => <Entry key={index} id={first + index} items={10} />)
  if (what === 'plain')
    return (
      <CacheContent name="plain" vary={[first]} compact={false}>
        {numbers(20_000).map((item) => (
          <b key={item} />
        ))}
      </CacheContent>
    )
  if (what === 'slow')
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
