import { useId } from 'react'
import { Removable } from '../client/Removable'
import { Fragment, type Mode } from '../Fragment'
import { read } from '../testControl'

/** Two labels, each before its target: an input, which stays an element, and a button in plain markup. */
function Field({ name }: { name: string }) {
  const [id, idInMarkup] = [useId(), useId()]
  return (
    <div>
      <label htmlFor={id}>{name}</label>
      <input id={id} />
      <p>
        <label htmlFor={idInMarkup}>{name} in markup</label>
        <button type="button" id={idInMarkup} />
      </p>
    </div>
  )
}

function Question({ mode }: { mode: Mode }) {
  return (
    <Fragment mode={mode} name="question">
      <QuestionField />
    </Fragment>
  )
}

async function QuestionField() {
  return <Field name={`question ${await read('question')}`} />
}

function Survey({ mode, name }: { mode: Mode; name: string }) {
  return (
    <Fragment mode={mode} name={name}>
      <Field name={name} />
      <Question mode={mode} />
      <Question mode={mode} />
    </Fragment>
  )
}

/** One fragment twice in each of two others, and twice beside them. */
export function Labels({ mode }: { mode: Mode }) {
  return (
    <>
      <Field name="page" />
      <Survey mode={mode} name="upper survey" />
      <Survey mode={mode} name="lower survey" />
      <Question mode={mode} />
      <Removable name="remove">
        <Question mode={mode} />
      </Removable>
    </>
  )
}
