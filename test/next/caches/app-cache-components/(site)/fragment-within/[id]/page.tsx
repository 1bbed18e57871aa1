import { cacheLife, cacheTag } from 'next/cache'
import { Film } from '../../../../site/Film'
import { idPage } from '../../../../site/idPage'
import { show } from '../../../../site/show'

export { generateStaticParams } from '../../../../site/idPage'

async function Cached({ of: key }: { of: string }) {
  'use cache'
  cacheLife('hours')
  cacheTag(`within:${key}`)
  return (
    <section>
      {show('outer', '-')}
      <Film of={key} />
    </section>
  )
}

/** A fragment in the output of a `'use cache'` function. */
export default idPage((id) => <Cached of={`fragment-within/${id}`} />)
