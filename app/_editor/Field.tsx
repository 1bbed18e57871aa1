'use client'

import { useId } from 'react'
import { FIELD_LABELS } from '../_data/fieldLabels'
import type { FilmFields } from '../_data/film'
import { FILM_RULES, type FieldRule } from '../_data/filmRules'

interface Props {
  name: keyof FilmFields
  value: unknown
  error: string | undefined
}

/** A form field with the control that fits its rule. */
export function Field({ name, value, error }: Props) {
  const id = useId()
  const rule = FILM_RULES[name]
  const text = value === null || value === undefined ? '' : String(value)
  const props = {
    id,
    name,
    defaultValue: text,
    'aria-invalid': error !== undefined,
    'aria-describedby': error === undefined ? undefined : `${id}-error`,
  }
  return (
    <div className={`field field-${rule.kind}`}>
      <label htmlFor={id}>{FIELD_LABELS[name]}</label>
      {rule.kind === 'choice' ? (
        // React resets a form after its action, but not its selects. A new key mounts a new select.
        <select key={text} {...props}>
          <option value="">unknown</option>
          {rule.of.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      ) : (
        <input key={text} {...props} {...getInputProps(rule)} />
      )}
      {error !== undefined && (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  )
}

/** Number fields are text inputs with a numeric keyboard: a number input discards text that is not a number. */
function getInputProps(rule: Exclude<FieldRule, { kind: 'choice' }>) {
  switch (rule.kind) {
    case 'text':
      return { type: 'text', maxLength: rule.max, required: rule.required ?? false, autoComplete: 'off' }
    case 'date':
      return { type: 'date', min: '1888-01-01', max: '2099-12-31' }
    case 'number':
      return {
        type: 'text',
        inputMode: rule.decimals === 0 ? 'numeric' : 'decimal',
        maxLength: 16,
        autoComplete: 'off',
      } as const
  }
}
