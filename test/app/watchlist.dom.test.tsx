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

const getButtons = (name: RegExp) => screen.getAllByRole('button', { name })
const getPressed = (name: RegExp) => getButtons(name).map((button) => button.getAttribute('aria-pressed'))

test('one click updates all buttons of a film and the count', async () => {
  render(
    <>
      <WatchCount />
      <WatchButton {...alien} />
      <WatchButton {...alien} />
      <WatchButton {...jaws} />
    </>,
  )
  expect(screen.getByRole('link').textContent).toBe('Watchlist 0')
  await userEvent.click(getButtons(/Alien/)[0] as HTMLElement)
  expect(getPressed(/Alien/)).toEqual(['true', 'true'])
  expect(getPressed(/Jaws/)).toEqual(['false'])
  expect(screen.getByRole('link').textContent).toBe('Watchlist 1')
  await userEvent.click(getButtons(/Alien/)[1] as HTMLElement)
  expect(getPressed(/Alien/)).toEqual(['false', 'false'])
})

test('the list survives the page on which it was filled', async () => {
  const { unmount } = render(<WatchButton {...alien} />)
  await userEvent.click(getButtons(/Alien/)[0] as HTMLElement)
  unmount()
  render(<WatchList />)
  expect(screen.getByRole('link', { name: 'Alien' }).getAttribute('href')).toBe('/films/alien')
})

test('a click in another tab is shown in this tab', () => {
  render(<WatchButton {...alien} />)
  act(() => {
    localStorage.setItem(KEY, JSON.stringify([alien]))
    window.dispatchEvent(new Event('storage'))
  })
  expect(getPressed(/Alien/)).toEqual(['true'])
})

test.each(['not json', '{"a":1}', '[1, null, {"id":"x"}]'])(
  'foreign data in the storage is ignored: %s',
  (text) => {
    localStorage.setItem(KEY, text)
    render(<WatchList />)
    expect(screen.getByText(/The watchlist is empty/)).toBeDefined()
  },
)

test('a list without storage lives as long as the page', async () => {
  vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
    throw new Error('denied')
  })
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new Error('denied')
  })
  render(<WatchButton {...jaws} />)
  await userEvent.click(getButtons(/Jaws/)[0] as HTMLElement)
  expect(getPressed(/Jaws/)).toEqual(['true'])
})
