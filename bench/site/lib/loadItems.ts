import { unstable_cache } from 'next/cache'
import { counts } from './counts'
import type { FragmentProps } from './FragmentProps'
import type { Mode } from './mode'

export interface Item {
  id: number
  /** The key under which fragments register the item. */
  objKey: string
  headline: string
  summary: string
  author: string
  votes: number
}

/** Each visitor in mode `edit` has its own items, so that edits before a visit change no other visitor's page. */
export const getItemKey = (mode: Mode, copy: number, id: number) =>
  mode === 'edit' ? `item:${id}:${copy}` : `item:${id}`

async function load({ mode, copy, wait }: FragmentProps, first: number, count: number): Promise<Item[]> {
  counts.loaded++
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  return Array.from({ length: count }, (_, index) => {
    const id = first + index
    return {
      id,
      objKey: getItemKey(mode, copy, id),
      headline: `Headline number ${id}, as long as headlines are`,
      summary: 'A sentence or two that say what this is about, so that a reader knows whether to go on.',
      author: `Author ${id % 7}`,
      votes: id % 17,
    }
  })
}

const loadCached = unstable_cache(load, ['items'])

/** Loads the data of a fragment. The mode `unstable-cache` caches the data instead of the markup. */
export function loadItems(props: FragmentProps, first: number, count: number): Promise<Item[]> {
  return (props.mode === 'unstable-cache' ? loadCached : load)(props, first, count)
}
