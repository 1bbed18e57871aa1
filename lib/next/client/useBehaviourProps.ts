import { useState } from 'react'
import type { Behaviours } from '../../react/compaction/behaviours.ts'
import type { Router } from '../internals/routerLinks.ts'
import { type BehaviourOptions, createBehaviourProps, type HtmlProps } from './behaviourProps.ts'

/**
 * Returns the props that add behaviours to an element.
 *
 * @param elementKey identifies the HTML of the element. Elements that are alike share their props
 */
export type GetBehaviourProps = (
  elementKey: string,
  behaviours: Behaviours,
  options: Omit<BehaviourOptions, 'router'>,
) => HtmlProps

type Generation = Map<string, { readonly ref: HtmlProps['ref']; readonly props: HtmlProps }>

/** React may discard a build of the elements, and show the one before it again. */
const KEPT_GENERATIONS = 3

/**
 * Keeps the props as long as the HTML is the same. With a new `ref`, React would mount the links again, and the router would
 * prefetch them again.
 *
 * @returns a function to call before each build of the elements
 */
export function useBehaviourProps(router: Router): () => GetBehaviourProps {
  const [startGeneration] = useState(() => {
    let generations: readonly Generation[] = []
    return (): GetBehaviourProps => {
      const current: Generation = new Map()
      generations = [current, ...generations].slice(0, KEPT_GENERATIONS)
      return (elementKey, behaviours, options) => {
        const key = `${elementKey} ${behaviours}`
        const found = generations.find((generation) => generation.has(key))?.get(key)
        const entry =
          found !== undefined && found.ref === options.ref
            ? found
            : { ref: options.ref, props: createBehaviourProps(behaviours, { ...options, router }) }
        current.set(key, entry)
        return entry.props
      }
    }
  })
  return startGeneration
}
