import { cleanup, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import { FilmForm } from '../../app/_editor/FilmForm'
import type { FilmFormState } from '../../app/_editor/formState'
import { film } from './film'

afterEach(cleanup)

function renderForm(outcome: FilmFormState) {
  const action = vi.fn(async (_state: FilmFormState, _form: FormData) => outcome)
  render(<FilmForm action={action} film={film} submit="Save" />)
  return action
}

const getField = (name: string) => screen.getByLabelText<HTMLInputElement>(name)
const save = () => userEvent.click(screen.getByRole('button', { name: 'Save' }))

test('the form starts with the film and posts it with its id and revision', async () => {
  const action = renderForm({ status: 'untouched' })
  expect(getField('Title').value).toBe('The Long Take')
  expect(getField('Genre').value).toBe('Drama')
  expect(getField('Budget').value).toBe('')
  await save()
  const form = action.mock.calls[0]?.[1]
  expect([form?.get('id'), form?.get('revision'), form?.get('title')]).toEqual(['7', '1', 'The Long Take'])
})

test('the form shows an error at its field, keeps the input, and focuses the field', async () => {
  renderForm({
    status: 'invalid',
    errors: { rating: 'Between 0 and 10.' },
    values: { title: 'New', rating: 11 },
  })
  await save()
  const rating = await waitFor(() => {
    const input = getField('IMDb rating')
    expect(input.getAttribute('aria-invalid')).toBe('true')
    return input
  })
  expect(rating.value).toBe('11')
  expect(getField('Title').value).toBe('New')
  expect(document.getElementById(rating.getAttribute('aria-describedby') ?? '')?.textContent).toBe(
    'Between 0 and 10.',
  )
  // An effect moves the focus after the error is shown.
  await waitFor(() => expect(document.activeElement).toBe(rating))
  expect(screen.getByRole('alert').textContent).toContain('one field is invalid')
})

test('the form lists the expired keys, and continues with the new revision', async () => {
  renderForm({
    status: 'saved',
    slug: 'the-long-take',
    revision: 2,
    keys: ['film:7', 'film:changes'],
    expired: 5,
    pagesRevalidated: true,
  })
  await save()
  const notice = await screen.findByRole('status')
  expect(notice.textContent).toContain('5 fragments were expired')
  expect(notice.textContent).toContain('film:changes')
  expect(document.querySelector<HTMLInputElement>('[name=revision]')?.value).toBe('2')
})

test('the form reports that nothing changed, or that the film is newer or gone', async () => {
  renderForm({ status: 'saved', slug: 'x', revision: 1, keys: [], expired: 0, pagesRevalidated: false })
  await save()
  expect((await screen.findByRole('status')).textContent).toContain('Nothing was changed')
  cleanup()
  renderForm({ status: 'conflict', values: {} })
  await save()
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('someone else'))
  cleanup()
  renderForm({ status: 'gone', values: {} })
  await save()
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('no such film'))
})
