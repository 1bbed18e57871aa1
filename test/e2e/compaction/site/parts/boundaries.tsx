import { type ReactNode, Suspense } from 'react'
import { Island } from '../client/Island'
import { read } from '../testControl'

export function Boundaries() {
  return (
    <div>
      <Suspense fallback={<p>never seen</p>}>
        <p>at once</p>
        <Island label="in suspense" />
      </Suspense>
      <Suspense>
        <p>no fallback</p>
        text
        <Island label="without fallback" />
      </Suspense>
      <Suspense fallback="nested">
        <section>
          <Suspense fallback={<b>inner</b>}>
            <Island label="nested" />
            <p>inside</p>
          </Suspense>
        </section>
        <Island label="around nested" />
      </Suspense>
      <p>
        <Suspense>{null}</Suspense>
        after nothing
      </p>
    </div>
  )
}

/** Arrives in later chunks, with and without a fragment around it. */
export function Late() {
  return (
    <div>
      <Suspense fallback={<p>late</p>}>
        <After>
          <p>late text</p>
          <Island label="late" />
          <Suspense fallback={<p>later</p>}>
            <After>
              <p>later text</p>
              <Island label="later" />
            </After>
          </Suspense>
        </After>
      </Suspense>
    </div>
  )
}

async function After({ children }: { children: ReactNode }) {
  await read('late')
  return children
}
