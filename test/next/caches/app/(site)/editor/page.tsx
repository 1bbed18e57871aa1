import { type Revalidation, revalidate } from '../../../site/revalidate'

/** The form of a Server Action. */
export default function Page() {
  async function act(form: FormData) {
    'use server'
    await revalidate(JSON.parse(String(form.get('value'))) as Revalidation)
  }

  return (
    <form action={act}>
      <input name="value" />
    </form>
  )
}
