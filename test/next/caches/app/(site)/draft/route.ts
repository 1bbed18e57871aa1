import { draftMode } from 'next/headers'

/** Turns the draft mode on (POST) and off (DELETE). */
export async function POST(): Promise<Response> {
  ;(await draftMode()).enable()
  return new Response()
}

export async function DELETE(): Promise<Response> {
  ;(await draftMode()).disable()
  return new Response()
}
