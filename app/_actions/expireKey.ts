'use server'

import { expireObj } from 'react-cache-content/next'

/** Matches the keys of this site. The action ignores any other posted value. */
const KEY = /^(?:film|genre|decade|director):[a-z0-9-]{1,40}$/

/**
 * Runs when a visitor presses the button of an object in the panel. Any visitor may expire objects, because
 * this is a demo. A real site must authorize the caller first.
 */
export async function expireKey(form: FormData): Promise<void> {
  const key = form.get('key')
  if (typeof key === 'string' && KEY.test(key)) await expireObj(key)
}
