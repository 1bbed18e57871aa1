import type { Mode } from './mode'
import type { ShapeName } from './shapes'

/** What names a fragment. All of it can be an argument of `'use cache'`, and part of a `vary`. */
export interface FragmentProps {
  mode: Mode
  shape: ShapeName
  part: 'section' | 'front' | 'group' | 'item' | 'table'
  id: number
  /** Milliseconds that its data takes to come. */
  wait: number
  /** Which load of the page, where each shall find nothing. */
  load: number | null
}
