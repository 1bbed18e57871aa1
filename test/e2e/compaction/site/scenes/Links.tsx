import Link from 'next/link'
import { type ReactNode, Suspense } from 'react'
import { Island } from '../client/Island'
import { Fragment, type Mode } from '../Fragment'

// Assembled, because a literal is a lint error.
const SCRIPT = ['java', 'script:'].join('')

/** Links as pages have them. Each has an id, and the links that are prefetched have targets of their own. */
export function Links({ mode }: { mode: Mode }) {
  return (
    <Fragment mode={mode} name="links">
      <nav>
        <ul>
          <li>
            <Link id="soft" href="/plain/home?soft">
              soft <b>navigation</b>
            </Link>
          </li>
          <li>
            <Link id="object" href={{ pathname: '/plain/home', query: { a: 1, b: 'x y' }, hash: 'end' }}>
              object
            </Link>
          </li>
          <li>
            <Link id="replace" href="/plain/home?replace" replace prefetch={false}>
              replace
            </Link>
          </li>
          <li>
            <Link id="keep-scroll" href="?kept" scroll={false} prefetch={false}>
              scroll
            </Link>
          </li>
          <li>
            <Link id="full" href="/plain/story?full" prefetch={true}>
              full <Bold>prefetch</Bold>
              <Late />
            </Link>
          </li>
          <li>
            <Link id="blank" href="/plain/home?blank" target="_blank" prefetch={false}>
              blank
            </Link>
          </li>
          <li>
            <Link id="download" href="/dot.png" download prefetch={false}>
              download
            </Link>
          </li>
          <li>
            <Link id="external" href="https://other.example/page?a=1&b=2">
              external
            </Link>
          </li>
          <li>
            <Link id="mail" href="mailto:editor@example.com">
              mail
            </Link>
          </li>
          <li>
            <Link id="hash" href="#below">
              hash
            </Link>
          </li>
          <li>
            <a id="plain-anchor" href="/plain/home?document">
              a plain anchor
            </a>
          </li>
          <li>
            <Link id="space" href={' \t/plain/home?space'} prefetch={false}>
              odd whitespace
            </Link>
          </li>
          <li>
            <Link id="script" href={`${SCRIPT}alert(1)`} prefetch={false}>
              a script
            </Link>
          </li>
          <li>
            <Link id="spaced-script" href={' java\nscript:alert(1)'} prefetch={false}>
              a script with odd whitespace
            </Link>
          </li>
          <li>
            <Link id="data" href="data:text/html,<b>1</b>" prefetch={false}>
              data
            </Link>
          </li>
          <li>
            <Link id="protocol-relative" href="//other.example/a?b=1&c" prefetch={false}>
              another host
            </Link>
          </li>
          <li>
            <Link
              id="styled"
              href="/plain/home?styled"
              className="card"
              style={{ color: 'red' }}
              aria-label="styled"
            >
              <span>styled</span>
            </Link>
          </li>
        </ul>
      </nav>
      <p>
        <Link id="beside" href="/plain/home?beside">
          beside an island
        </Link>{' '}
        <Island label="beside" />
      </p>
      <p>
        <Link id="around" href="/plain/home?around">
          <Island label="around" />
        </Link>
      </p>
      <p style={{ position: 'relative', height: 40 }}>
        <Link
          id="overlay"
          href="/plain/home?overlay"
          aria-label="overlay"
          style={{ position: 'absolute', inset: 0 }}
        />
        <Island label="under" />
      </p>
      <Fragment mode={mode} name="nestedLinks">
        <p>
          <Link id="nested" href="/plain/home?nested">
            in a nested fragment
          </Link>
        </p>
      </Fragment>
      <Suspense fallback="loading">
        <p>
          <Link id="in-boundary" href="/plain/home?boundary">
            in a boundary
          </Link>
        </p>
      </Suspense>
      <div style={{ height: 3000 }} />
      <p id="below">
        <Link id="far" href="/plain/late?far">
          far below
        </Link>
      </p>
    </Fragment>
  )
}

function Bold({ children }: { children: ReactNode }) {
  return <b>{children}</b>
}

async function Late() {
  await Promise.resolve()
  return <i>of a page</i>
}
