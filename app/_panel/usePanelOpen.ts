import { useSyncExternalStore } from 'react'

const STORAGE_KEY = 'film-desk:panel'
const listeners = new Set<() => void>()
let isOpen: boolean | undefined

/** Whether the panel is open: remembered for the tab, so that it stays open from page to page. */
export function usePanelOpen(): [boolean, (open: boolean) => void] {
  return [useSyncExternalStore(subscribe, read, () => false), write]
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

function read(): boolean {
  try {
    isOpen ??= sessionStorage.getItem(STORAGE_KEY) === 'open'
  } catch {
    // Storage is switched off: the panel then starts closed on every load.
  }
  return isOpen ?? false
}

function write(open: boolean): void {
  isOpen = open
  try {
    sessionStorage.setItem(STORAGE_KEY, open ? 'open' : 'closed')
  } catch {
    // As above.
  }
  for (const listener of listeners) listener()
}
