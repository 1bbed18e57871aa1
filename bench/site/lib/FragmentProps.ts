import type { Mode } from './mode'
import type { ShapeName } from './shapes'

/** Identifies a fragment. All values can be arguments of `'use cache'` and parts of a `vary`. */
export interface FragmentProps {
  mode: Mode
  shape: ShapeName
  part: 'section' | 'front' | 'group' | 'item' | 'table' | 'level' | 'cards' | 'article'
  id: number
  /** Milliseconds that loading the fragment's data takes. */
  wait: number
  /** Separates copies of a page: each load in mode `miss` has its own, and each visitor in mode `edit`. */
  copy: number
}
