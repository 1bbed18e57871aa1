import { act, cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WatchButton } from '../../app/_watchlist/WatchButton'
import { WatchCount } from '../../app/_watchlist/WatchCount'
import { WatchList } from '../../app/_watchlist/WatchList'

const alien = { id: 1, slug: 'alien', title: 'Alien' }
const jaws = { id: 2, slug: 'jaws', title: 'Jaws' }
const KEY = 'film-desk:watchlist'

beforeEach(() => localStorage.clear())
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

const buttons = (name: RegExp) => screen.getAllByRole('button', { name })
const pressed = (name: RegExp) => buttons(name).map((button) => button.getAttribute('aria-pressed'))

test('a press updates all buttons of the film and the count', async () => {
  render(
    <>
      <WatchCount />
      <WatchButton {...alien} />
      <WatchButton {...alien} />
      <WatchButton {...jaws} />
    </>,
  )
  expect(screen.getByRole('link').textContent).toBe('Watchlist 0')
  await userEvent.click(buttons(/Alien/)[0] as HTMLElement)
  expect(pressed(/Alien/)).toEqual(['true', 'true'])
  expect(pressed(/Jaws/)).toEqual(['false'])
  expect(screen.getByRole('link').textContent).toBe('Watchlist 1')
  await userEvent.click(buttons(/Alien/)[1] as HTMLElement)
  expect(pressed(/Alien/)).toEqual(['false', 'false'])
})

test('the list is kept when its page is left', async () => {
  const { unmount } = render(<WatchButton {...alien} />)
  await userEvent.click(buttons(/Alien/)[0] as HTMLElement)
  unmount()
  render(<WatchList />)
  expect(screen.getByRole('link', { name: 'Alien' }).getAttribute('href')).toBe('/films/alien')
})

test('a press in another tab updates the button', () => {
  render(<WatchButton {...alien} />)
  act(() => {
    localStorage.setItem(KEY, JSON.stringify([alien]))
    window.dispatchEvent(new Event('storage'))
  })
  expect(pressed(/Alien/)).toEqual(['true'])
})

test.each(['not json', '{"a":1}', '[1, null, {"id":"x"}]'])(
  'a foreign value in the storage is ignored: %s',
  (text) => {
    localStorage.setItem(KEY, text)
    render(<WatchList />)
    expect(screen.getByText(/The watchlist is empty/)).toBeDefined()
  },
)

test('the list lasts until the page is left when there is no storage', async () => {
  vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
    throw new Error('denied')
  })
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new Error('denied')
  })
  render(<WatchButton {...jaws} />)
  await userEvent.click(buttons(/Jaws/)[0] as HTMLElement)
  expect(pressed(/Jaws/)).toEqual(['true'])
})
