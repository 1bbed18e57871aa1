import { Story } from '../site/Story'

/** A page that Next prerenders. */
export default function Page() {
  return <Story obj="story:1" />
}
