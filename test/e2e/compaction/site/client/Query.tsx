'use client'

import { useSearchParams } from 'next/navigation'

/** In a prerendered page Next leaves the boundary around this component to the browser. */
export function Query() {
  return <h3>query: {useSearchParams().get('q')}</h3>
}
