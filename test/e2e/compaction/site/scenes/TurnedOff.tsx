import Image from 'next/image'
import Link from 'next/link'
import { memoryStore } from 'react-cache-content/memory'
import { CacheContent, createContentCache } from 'react-cache-content/next'
import type { Mode } from '../Fragment'

const other = createContentCache({ store: memoryStore(), compact: { links: false, images: false } })

/** Fragments for which parts are turned off, by themselves or for all fragments of a cache. */
export function TurnedOff({ mode }: { mode: Mode }) {
  return (
    <>
      <CacheContent name="turnedOff" vary={[mode]} compact={{ links: false, images: false }}>
        <Card name="fragment" />
      </CacheContent>
      <other.CacheContent name="offInCache" vary={[mode]}>
        <Card name="cache" />
      </other.CacheContent>
      <other.CacheContent name="onAgain" vary={[mode]} compact={{ links: true, images: true }}>
        <Card name="again" />
      </other.CacheContent>
    </>
  )
}

function Card({ name }: { name: string }) {
  return (
    <section>
      <Link href={`/plain/home?off=${name}`}>{name}</Link>
      <Image src={`/dot.png?off=${name}`} width={40} height={40} unoptimized alt={name} />
    </section>
  )
}
