import { act, cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, test, vi } from 'vitest'
import { TimeAgo } from '../../app/_components/TimeAgo'
import { PanelSheet } from '../../app/_panel/PanelSheet'

afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

test('the server renders a time, and the browser keeps counting how long ago it was', () => {
  vi.useFakeTimers({ now: Date.parse('2026-03-01T10:00:00Z') })
  const at = '2026-03-01T09:57:30.000Z'
  const container = document.body.appendChild(document.createElement('div'))
  container.innerHTML = renderToString(<TimeAgo at={at} />)
  expect(container.textContent).toBe('2026-03-01, 09:57 UTC')
  const onRecoverableError = vi.fn()
  render(<TimeAgo at={at} />, { container, hydrate: true, onRecoverableError })
  expect(container.textContent).toBe('2 minutes ago')
  act(() => vi.advanceTimersByTime(60_000))
  expect(container.textContent).toBe('3 minutes ago')
  expect(onRecoverableError).not.toHaveBeenCalled()
})

test('a slow clock in the browser shows no negative age', () => {
  vi.useFakeTimers({ now: Date.parse('2026-03-01T10:00:00Z') })
  render(<TimeAgo at="2026-03-01T10:05:00Z" />)
  expect(screen.getByText('just now')).toBeDefined()
})

test('the panel opens and closes, and keeps its state on the next page', async () => {
  const { unmount } = render(<PanelSheet bar="3 hits">inside</PanelSheet>)
  const bar = () => screen.getByRole('button', { name: /3 hits/ })
  expect(bar().getAttribute('aria-expanded')).toBe('false')
  await userEvent.click(bar())
  expect(bar().getAttribute('aria-expanded')).toBe('true')
  expect(screen.getByText('inside').hidden).toBe(false)
  unmount()
  render(<PanelSheet bar="3 hits">inside</PanelSheet>)
  expect(bar().getAttribute('aria-expanded')).toBe('true')
  await userEvent.click(bar())
  expect(screen.getByText('inside').hidden).toBe(true)
})
