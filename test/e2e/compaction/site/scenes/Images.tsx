import Image from 'next/image'
import Link from 'next/link'
import { RegisterContent } from 'react-cache-content/next'
import { Island } from '../client/Island'
import { Fragment, type Mode } from '../Fragment'

const BLUR = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'

export function Images({ mode }: { mode: Mode }) {
  return (
    <Fragment mode={mode} name="images">
      {mode !== 'plain' && <RegisterContent obj="images" />}
      <section>
        <h2>Images</h2>
        <div>
          <Image id="sized" src="/dot.png" width={40} height={40} alt="sized" />
          <div style={{ position: 'relative', height: 100 }}>
            <Image id="fill" src="/dot.png" fill sizes="50vw" alt="fill" style={{ objectFit: 'contain' }} />
          </div>
          <Image id="quality" src="/dot.png" width={64} height={64} quality={75} className="poster" alt="" />
          <Image id="unoptimized" src="/dot.png" width={64} height={64} unoptimized alt="unoptimized" />
          <Image
            id="blur"
            src="/dot.png"
            width={64}
            height={64}
            placeholder="blur"
            blurDataURL={BLUR}
            alt="blur"
          />
          <Image
            id="eager"
            src="/dot.png?eager"
            width={64}
            height={64}
            loading="eager"
            unoptimized
            alt="eager"
          />
          <Image
            id="preload"
            src="/dot.png?preload"
            width={64}
            height={64}
            preload
            unoptimized
            alt="preload"
          />
          <Image id="priority" src="/dot.png" width={16} height={16} priority alt="priority" />
          <picture>
            <source srcSet="/dot.png?narrow" media="(max-width: 1px)" />
            <Image
              id="in-picture"
              src="/dot.png?picture"
              width={64}
              height={64}
              preload
              unoptimized
              alt="in a picture"
            />
          </picture>
          <picture>
            <Image
              id="eager-in-picture"
              src="/dot.png?eager-picture"
              width={64}
              height={64}
              loading="eager"
              unoptimized
              alt="eager in a picture"
            />
          </picture>
          <img id="plain" src="/dot.png?plain" alt="plain" />
          <img id="plain-low" src="/dot.png?low" alt="low" fetchPriority="low" />
        </div>
        <p>
          <Image id="beside" src="/dot.png" width={48} height={48} alt="beside" />
          <Island label="beside" />
        </p>
      </section>
    </Fragment>
  )
}

/** A page whose link prefetches the page of images, with all of its data. */
export function ImagesAhead({ mode }: { mode: Mode }) {
  return (
    <Link id="ahead" href={`/${mode}/images`} prefetch={true}>
      images
    </Link>
  )
}

/** Images that are loaded when a visitor scrolls to them. Without scripts, they are loaded at once. */
export function FarImages({ mode }: { mode: Mode }) {
  return (
    <Fragment mode={mode} name="farImages">
      <section>
        <div style={{ height: 9000 }} />
        <Image id="broken" src="/missing.png" width={64} height={64} unoptimized alt="broken" />
        <Image
          id="far"
          src="/dot.png?far"
          width={64}
          height={64}
          unoptimized
          placeholder="blur"
          blurDataURL={BLUR}
          alt="far"
        />
        <p>
          <Image
            id="far-beside"
            src="/dot.png?beside"
            width={64}
            height={64}
            unoptimized
            placeholder="blur"
            blurDataURL={BLUR}
            alt="far"
          />
          <Island label="far beside" />
        </p>
      </section>
    </Fragment>
  )
}
