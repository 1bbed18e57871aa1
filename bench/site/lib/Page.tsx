import { Fragment } from './Fragment'
import type { Mode } from './mode'
import { type ShapeName, shapes } from './shapes'

let loads = 0

export function Page({ mode, shape, wait }: { mode: Mode; shape: ShapeName; wait: number }) {
  const { part, fragments } = shapes[shape]
  const load = mode === 'miss' ? ++loads : null
  return Array.from({ length: fragments }, (_, id) => id).map((id) => (
    <Fragment key={id} mode={mode} shape={shape} part={part} id={id} wait={wait} load={load} />
  ))
}
