import Link from 'next/link'
import { Fragment, type Mode } from '../Fragment'
import { publish } from '../parts/actions'
import { read } from '../testControl'

/** Links beside a form whose Server Action changes the content and revalidates the page. */
export function Revalidated({ mode }: { mode: Mode }) {
  return (
    <Fragment mode={mode} name="revalidated">
      <Version />
      <p>
        <Link id="to-home" href="/plain/home?revalidated">
          home
        </Link>
        <Link id="to-late" href="/plain/late?revalidated">
          late
        </Link>
      </p>
      <form action={publish}>
        <button type="submit">publish</button>
      </form>
    </Fragment>
  )
}

async function Version() {
  return <h2 id="version">version {await read('revalidated')}</h2>
}
