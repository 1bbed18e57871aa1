import { Story } from '../../site/Story'

async function Cached() {
  'use cache'
  return <Story obj="story:3" />
}

/** A fragment in what `'use cache'` keeps. */
export default function Page() {
  return <Cached />
}
