import { Fragment, type Mode } from '../../Fragment'
import { Teaser } from '../../Teaser'
import { read } from '../../testControl'
import { Carousel } from './Carousel'

export function SwiperPage({ mode }: { mode: Mode }) {
  return (
    <Fragment mode={mode} name="swiper">
      <Front mode={mode} />
    </Fragment>
  )
}

async function Front({ mode }: { mode: Mode }) {
  const edition = await read('swiper')
  return (
    <>
      <h1>Edition {edition}</h1>
      <Carousel>
        <p>
          First slide of <i>{edition}</i>
        </p>
        <Teaser mode={mode} library="swiper" />
        <figure>
          <figcaption>Last slide of {edition}</figcaption>
        </figure>
      </Carousel>
    </>
  )
}
