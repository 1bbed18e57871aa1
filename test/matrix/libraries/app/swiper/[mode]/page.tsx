import { createPage } from '../../../createPage'
import { SwiperPage } from '../SwiperPage'

export default createPage('swiper', SwiperPage)
