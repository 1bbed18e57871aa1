import { Film } from '../../../site/Film'
import { Shown } from '../../../site/idPage'

/** A page without params, with a fragment. */
export default function Page() {
  return (
    <Shown>
      <Film of="fixed/a" />
    </Shown>
  )
}
