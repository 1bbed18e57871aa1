import { useSyncExternalStore } from 'react'

const subscribe = () => () => {}
const snapshot = () => null

/**
 * Whether this very render takes over what the server has rendered. React asks for the snapshot of the server
 * then and only then; as both are the same, it need not render again.
 */
export function useIsHydrating(): boolean {
  let isHydrating = false
  useSyncExternalStore(subscribe, snapshot, () => {
    isHydrating = true
    return null
  })
  return isHydrating
}
