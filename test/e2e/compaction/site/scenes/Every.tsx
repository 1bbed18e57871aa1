import { Fragment as ReactFragment } from 'react'
import { Fragment, type Mode } from '../Fragment'
import { parts } from '../parts'
import { Late } from '../parts/boundaries'

export function Every({ mode }: { mode: Mode }) {
  const sections = Object.entries(parts).map(([name, Part]) => (
    <section key={name} data-part={name}>
      <Fragment mode={mode} name={name}>
        <Part />
      </Fragment>
    </section>
  ))
  if (mode === 'apart') return <ReactFragment key="every">{sections}</ReactFragment>
  return (
    <Fragment key="every" mode={mode} name="every">
      {sections}
    </Fragment>
  )
}

export function LateScene({ mode }: { mode: Mode }) {
  return (
    <Fragment mode={mode} name="late">
      <Late />
    </Fragment>
  )
}
