'use client'

import { Children, type ReactNode, useState } from 'react'
import type { Swiper as Controller } from 'swiper'
import { Pagination } from 'swiper/modules'
import { Swiper, SwiperSlide } from 'swiper/react'

/** Makes a slide of each child. */
export function Carousel({ children }: { children: ReactNode }) {
  const [controller, setController] = useState<Controller>()
  return (
    <div>
      <Swiper modules={[Pagination]} pagination={{ clickable: true }} speed={0} onSwiper={setController}>
        {Children.map(children, (child) => (
          <SwiperSlide>{child}</SwiperSlide>
        ))}
      </Swiper>
      <button type="button" onClick={() => controller?.slideNext()}>
        next
      </button>
    </div>
  )
}
