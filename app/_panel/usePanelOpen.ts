import { useSyncExternalStore } from 'react'

const STORAGE_KEY = 'film-desk:panel'
const listeners = new Set<() => void>()
let isOpen: boolean | undefined

/** Whether the panel is open. The tab's session storage keeps the state across pages. */
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
    // Without storage the panel is closed after every load.
  }
  return isOpen ?? false
}

function write(open: boolean): void {
  isOpen = open
  try {
    sessionStorage.setItem(STORAGE_KEY, open ? 'open' : 'closed')
  } catch {
    // Without storage the state lasts until the next load.
  }
  for (const listener of listeners) listener()
}
