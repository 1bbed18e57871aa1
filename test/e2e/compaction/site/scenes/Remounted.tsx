import { Concealed } from '../client/Concealed'
import { Removable } from '../client/Removable'
import { Tabs } from '../client/Tabs'
import type { Mode } from '../Fragment'
import { Story } from './Story'

/** No document contains the second fragment, because its tab is hidden at first. */
export function InTabs({ mode }: { mode: Mode }) {
  return <Tabs first={<Story mode={mode} name="tab one" />} second={<Story mode={mode} name="tab two" />} />
}

/** Two copies of one fragment. */
export function Twice({ mode }: { mode: Mode }) {
  return (
    <>
      <Removable name="upper">
        <Story mode={mode} name="twice" />
      </Removable>
      <Removable name="lower">
        <Story mode={mode} name="twice" />
      </Removable>
    </>
  )
}

export function InActivity({ mode }: { mode: Mode }) {
  return (
    <Concealed>
      <Story mode={mode} name="concealed" />
    </Concealed>
  )
}
