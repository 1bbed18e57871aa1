import { unstable_cache } from 'next/cache'
import { counts } from './counts'
import type { Mode } from './mode'

export interface Item {
  id: number
  headline: string
  summary: string
  author: string
  votes: number
}

async function load(first: number, count: number, wait: number): Promise<Item[]> {
  counts.loaded++
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  return Array.from({ length: count }, (_, index) => {
    const id = first + index
    return {
      id,
      headline: `Headline number ${id}, as long as headlines are`,
      summary: 'A sentence or two that say what this is about, so that a reader knows whether to go on.',
      author: `Author ${id % 7}`,
      votes: id % 17,
    }
  })
}

const loadCached = unstable_cache(load, ['items'])

/** Loads the data of a fragment. The mode `unstable-cache` caches the data instead of the markup. */
export function loadItems(mode: Mode, first: number, count: number, wait: number): Promise<Item[]> {
  return (mode === 'unstable-cache' ? loadCached : load)(first, count, wait)
}
