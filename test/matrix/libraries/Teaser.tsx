import Image from 'next/image'
import Link from 'next/link'
import { Fragment, type Mode } from './Fragment'
import { read } from './testControl'

interface TeaserProps {
  readonly mode: Mode
  readonly library: string
}

/** A fragment of plain markup, a link and an image, for use inside the fragments of a library. */
export function Teaser({ mode, library }: TeaserProps) {
  return (
    <Fragment mode={mode} name={`${library} teaser`}>
      <Article library={library} />
    </Fragment>
  )
}

async function Article({ library }: { library: string }) {
  const edition = await read(library)
  return (
    <article className="teaser">
      <h3>
        Teaser of edition {edition} <em>&amp; more</em>
      </h3>
      <Image src="/dot.png" width={40} height={40} alt={`Picture of ${edition}`} />
      <p style={{ color: 'rebeccapurple', margin: 0 }}>
        A paragraph, and <Link href={`/${library}/plain?edition=${edition}`}>a link of {edition}</Link>.
      </p>
    </article>
  )
}
