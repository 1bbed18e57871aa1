import { Fragment } from './Fragment'
import { Save } from './islands'
import type { Mode } from './mode'
import { type ShapeName, shapes } from './shapes'

let loads = 0

interface Props {
  mode: Mode
  shape: ShapeName
  wait: number
  copy: number
}

export function Page({ mode, shape, wait, copy }: Props) {
  const { part, fragments, islandsPer } = shapes[shape]
  const own = mode === 'miss' ? ++loads : copy
  return (
    <main>
      {Array.from({ length: fragments }, (_, id) => id).map((id) => (
        <Fragment key={id} mode={mode} shape={shape} part={part} id={id} wait={wait} copy={own} />
      ))}
      {islandsPer === 'page' && <Save id={0} />}
    </main>
  )
}
