'use server'

import { redirect } from 'next/navigation'

export async function save(_form: FormData): Promise<void> {
  redirect('/plain/home?saved=')
}

export async function saveAs(name: string, _form: FormData): Promise<void> {
  redirect(`/plain/home?${new URLSearchParams({ name })}`)
}
