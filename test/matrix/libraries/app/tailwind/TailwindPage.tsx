import Link from 'next/link'
import { Switch } from '../../client/Switch'
import { Fragment, type Mode } from '../../Fragment'
import { Teaser } from '../../Teaser'
import { read } from '../../testControl'

export function TailwindPage({ mode }: { mode: Mode }) {
  return (
    <Fragment mode={mode} name="tailwind">
      <Front mode={mode} />
    </Fragment>
  )
}

async function Front({ mode }: { mode: Mode }) {
  const edition = await read('tailwind')
  return (
    <div className="mx-auto grid max-w-[70ch] gap-4 p-6 md:grid-cols-[2fr_1fr] dark:bg-black">
      <h1 className="text-brand text-3xl font-bold underline">Edition {edition}</h1>
      <Link
        href="/tailwind/plain?subscribe"
        className="rounded-lg bg-brand/90 px-4 py-2 text-white hover:bg-brand focus-visible:outline-2"
      >
        Subscribe <span className="inline-block transition group-hover:translate-x-1">-&gt;</span>
      </Link>
      <div className="group shadow-md [&>article]:p-2">
        <Teaser mode={mode} library="tailwind" />
      </div>
      <Switch
        first={<p className="bg-[url('/dot.png')] before:content-['\201C']">News of {edition}</p>}
        second={
          <ul className="list-disc space-y-2 text-sm/6">
            <li className="odd:bg-gray-50">Sports of {edition}</li>
            <li>
              <Teaser mode={mode} library="tailwind" />
            </li>
          </ul>
        }
      />
    </div>
  )
}
