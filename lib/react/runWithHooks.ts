import * as React from 'react'

interface ReactInternals {
  /** The hooks of the current render. */
  H: unknown
}

const internals = (React as unknown as Record<string, ReactInternals | undefined>)
  .__CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE

/** Calls a component outside of any renderer. Its calls of hooks go to `hooks`. */
export function runWithHooks<T>(hooks: object, render: () => T): T {
  const before = internals?.H
  if (internals) internals.H = hooks
  try {
    return render()
  } finally {
    if (internals) internals.H = before
  }
}
