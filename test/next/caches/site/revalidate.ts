import { revalidatePath, revalidateTag, updateTag } from 'next/cache'
import { expireObj, refreshObj } from 'react-cache-content/next'

/** What a test asks the site to revalidate. */
export interface Revalidation {
  readonly updateTag?: readonly string[]
  readonly revalidateTag?: readonly string[]
  /** Of `revalidateTag`. */
  readonly profile?: string | { readonly expire: number }
  readonly revalidatePath?: readonly string[]
  /** Of `revalidatePath`. */
  readonly type?: 'page' | 'layout'
  readonly expireObj?: readonly string[]
  readonly refreshObj?: readonly string[]
}

export async function revalidate({ profile = { expire: 0 }, type, ...calls }: Revalidation): Promise<void> {
  for (const tag of calls.updateTag ?? []) updateTag(tag)
  for (const tag of calls.revalidateTag ?? []) revalidateTag(tag, profile)
  for (const path of calls.revalidatePath ?? []) revalidatePath(path, type)
  if (calls.expireObj) await expireObj(calls.expireObj)
  if (calls.refreshObj) await refreshObj(calls.refreshObj)
}
