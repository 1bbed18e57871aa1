import { Suspense } from 'react'
import { FailsOnServer } from '../client/FailsOnServer'
import { Query } from '../client/Query'
import { Fragment, type Mode } from '../Fragment'
import { Story } from './Story'

/** The document contains the fallback instead of the fragment. */
export function FailedOnServer({ mode }: { mode: Mode }) {
  return (
    <Suspense fallback={<p>in the browser</p>}>
      <Story mode={mode} name="failed" />
      <FailsOnServer />
    </Suspense>
  )
}

/** The boundary is inside the fragment, which contains components that the server cannot render. */
export function BailedOut({ mode }: { mode: Mode }) {
  return (
    <Fragment mode={mode} name="bailed out">
      <p>
        around <b>it</b>
      </p>
      <Suspense fallback={<p>in the browser</p>}>
        <p>
          beside <b>it</b>
        </p>
        <FailsOnServer />
        <Query />
      </Suspense>
    </Fragment>
  )
}
