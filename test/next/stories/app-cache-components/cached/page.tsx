import { Story } from '../../site/Story'

async function Cached() {
  'use cache'
  return <Story obj="story:3" />
}

/** A fragment in the output of a `'use cache'` function. */
export default function Page() {
  return <Cached />
}
