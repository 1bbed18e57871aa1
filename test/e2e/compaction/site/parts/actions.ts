'use server'

import { revalidatePath, updateTag } from 'next/cache'
import { redirect } from 'next/navigation'
import { expireObj } from 'react-cache-content/next'
import { write } from '../testControl'

export async function save(_form: FormData): Promise<void> {
  redirect('/plain/home?saved=')
}

export async function saveAs(name: string, _form: FormData): Promise<void> {
  redirect(`/plain/home?${new URLSearchParams({ name })}`)
}

let publications = 0

export async function publish(_form: FormData): Promise<void> {
  publications++
  write('revalidated', `published ${publications}`)
  await expireObj('revalidated')
  updateTag('revalidated')
  revalidatePath('/', 'layout')
}
