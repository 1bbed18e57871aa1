import { expireObj } from 'react-cache-content/next'
import { getItemKey } from './loadItems'
import { type ShapeName, shapes } from './shapes'

/** Expires a random item of a page, as an editor's change would. */
export async function editItem(shape: ShapeName, copy: number): Promise<void> {
  const { fragments, sections = fragments, items } = shapes[shape]
  const id = Math.floor(Math.random() * sections * items)
  await expireObj(getItemKey('edit', copy, id))
}
