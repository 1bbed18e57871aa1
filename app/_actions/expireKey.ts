'use server'

import { expireObj } from 'react-cache-content/next'

/** The keys of this site; anything else that is posted here is nobody's. */
const KEY = /^(?:film|genre|decade|director):[a-z0-9-]{1,40}$/

/**
 * The button beside each object in the panel. A demonstration: a site of yours would ask who is there
 * before it lets anybody empty its cache.
 */
export async function expireKey(form: FormData): Promise<void> {
  const key = form.get('key')
  if (typeof key === 'string' && KEY.test(key)) await expireObj(key)
}
