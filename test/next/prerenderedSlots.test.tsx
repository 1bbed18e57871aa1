import type { ReactElement, ReactNode } from 'react'
import { describe, expect, it } from 'vitest'
import { listPrerenderedSlots, restorePrerenderedSlots } from '../../lib/next/prerender/prerenderedSlots.ts'
import { prerenderedByProps } from '../../lib/react/prerendered.ts'
import { changeElement } from '../../lib/react/reactInternals.ts'

const Button = ({ label }: { label: string }) => label
const elements = <button type="button">Save</button>

function createSlot(inPage: 'show' | 'replace' | undefined, found: ReactElement | undefined = elements) {
  const slot = <Button label="Save" />
  prerenderedByProps.set(slot.props, { elements: found, isStatic: false, inPage })
  return slot
}

describe('the first HTML of the slots of a fragment', () => {
  it('documents show the first HTML of a slot, also with another key', () => {
    const slots = [
      'text',
      <Button key="other" label="Save" />,
      changeElement(createSlot('show'), { key: 'k' }),
    ]
    expect(listPrerenderedSlots(slots)).toEqual({ 2: elements })
  })

  it('a fragment that wants no first HTML in pages shows the components', () => {
    expect(listPrerenderedSlots([createSlot(undefined)])).toBeUndefined()
  })

  it('a component without known HTML is shown as it is', () => {
    const slot = <Button label="Save" />
    prerenderedByProps.set(slot.props, { obstacle: 'useId', isStatic: false, inPage: 'show' })
    expect(listPrerenderedSlots([slot])).toBeUndefined()
  })

  it('stored HTML belongs to the slot with its number', () => {
    const slots: ReactNode[] = [<Button key="a" label="a" />, <Button key="b" label="b" />]
    restorePrerenderedSlots(slots, { 1: elements })
    expect(listPrerenderedSlots(slots)).toEqual({ 1: elements })
  })
})
