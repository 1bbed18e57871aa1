import { unstable_cache } from 'next/cache'
import { type Cost, spend } from './cost'
import { counts } from './counts'
import type { Mode } from './mode'

export interface Item {
  id: number
  headline: string
  summary: string
  author: string
  votes: number
}

async function load(first: number, count: number, cost: Cost): Promise<Item[]> {
  counts.loaded++
  await spend(cost)
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

/** The data of a fragment, which one of the modes caches instead of the markup. */
export function loadItems(mode: Mode, first: number, count: number, cost: Cost): Promise<Item[]> {
  return (mode === 'unstable-cache' ? loadCached : load)(first, count, cost)
}
