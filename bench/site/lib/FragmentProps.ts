import type { Mode } from './mode'
import type { ShapeName } from './shapes'

/** Identifies a fragment. All values can be arguments of `'use cache'` and parts of a `vary`. */
export interface FragmentProps {
  mode: Mode
  shape: ShapeName
  part: 'section' | 'front' | 'group' | 'item' | 'table'
  id: number
  /** Milliseconds that loading the fragment's data takes. */
  wait: number
  /** The number of the page load in mode `miss`, where it makes each load a miss. */
  load: number | null
}
