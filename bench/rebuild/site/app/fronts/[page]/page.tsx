import type { ReactNode } from 'react'
import { CacheContent, registerContent } from '../../../lib/cache'
import { loadRow } from '../../../lib/fronts'
import { isWorkerRequest, RequestCounter } from '../../../lib/RequestCounter'

export const dynamic = 'force-dynamic'

const SECTIONS = Array.from({ length: 20 }, (_, section) => section)
const ROWS_PER_SECTION = 30

interface Props {
  params: Promise<{ page: string }>
  searchParams: Promise<{ cache?: string }>
}

interface FrontProps {
  page: number
  isCached: boolean
}

/** A front of 20 sections of 30 rows: 621 fragments, or none with `?cache=off`. */
export default async function FrontPage({ params, searchParams }: Props) {
  const page = Number((await params).page)
  const isCached = (await searchParams).cache !== 'off'
  const isWorker = await isWorkerRequest()
  return (
    <main>
      <Fragment isCached={isCached} name="front" vary={[page]}>
        <Front page={page} isCached={isCached} />
      </Fragment>
      <RequestCounter isWorker={isWorker} />
    </main>
  )
}

interface FragmentProps {
  isCached: boolean
  name: string
  vary: number[]
  children: ReactNode
}

function Fragment({ isCached, name, vary, children }: FragmentProps) {
  if (!isCached) return children
  return (
    <CacheContent name={name} vary={vary}>
      {children}
    </CacheContent>
  )
}

function Front({ page, isCached }: FrontProps) {
  return (
    <>
      <h1>Front {page}</h1>
      {SECTIONS.map((section) => (
        <Fragment key={section} isCached={isCached} name="section" vary={[page, section]}>
          <Section page={page} isCached={isCached} section={section} />
        </Fragment>
      ))}
    </>
  )
}

function Section({ page, isCached, section }: FrontProps & { section: number }) {
  const rows = Array.from({ length: ROWS_PER_SECTION }, (_, index) => section * ROWS_PER_SECTION + index)
  return (
    <section>
      <h2>Section {section}</h2>
      <ul>
        {rows.map((row) => (
          <li key={row}>
            <Fragment isCached={isCached} name="row" vary={[page, row]}>
              <Row page={page} row={row} />
            </Fragment>
          </li>
        ))}
      </ul>
    </section>
  )
}

async function Row({ page, row }: { page: number; row: number }) {
  const loaded = await loadRow(page, row)
  registerContent(loaded)
  return (
    <article className="row">
      <h3>
        <a href={`/rows/${page}/${row}`}>{loaded.headline}</a>
      </h3>
      <p className="summary">
        {loaded.summary} <em>Row {row}.</em>
      </p>
      <p className="meta">
        <span>By {loaded.author}</span> · <time dateTime="2026-01-01">1 January</time>
      </p>
    </article>
  )
}
