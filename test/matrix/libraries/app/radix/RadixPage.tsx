import { Accordion, Dialog, Tabs } from 'radix-ui'
import { Fragment, type Mode } from '../../Fragment'
import { Teaser } from '../../Teaser'
import { read } from '../../testControl'

export function RadixPage({ mode }: { mode: Mode }) {
  return (
    <>
      <Fragment mode={mode} name="radix">
        <Front mode={mode} />
      </Fragment>
      <Fragment mode={mode} name="radix questions">
        <Questions mode={mode} />
      </Fragment>
    </>
  )
}

async function Front({ mode }: { mode: Mode }) {
  const edition = await read('radix')
  return (
    <>
      <h1>Edition {edition}</h1>
      <Tabs.Root defaultValue="news">
        <Tabs.List aria-label="sections">
          <Tabs.Trigger value="news">News</Tabs.Trigger>
          <Tabs.Trigger value="sports">
            <b>Sports</b> of {edition}
          </Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content value="news">
          <p>News of {edition}</p>
        </Tabs.Content>
        <Tabs.Content value="sports">
          <Teaser mode={mode} library="radix" />
        </Tabs.Content>
      </Tabs.Root>
      <Dialog.Root>
        <Dialog.Trigger>Open notes</Dialog.Trigger>
        <Dialog.Portal>
          <Dialog.Overlay />
          <Dialog.Content>
            <Dialog.Title>Notes {edition}</Dialog.Title>
            <Dialog.Description>
              Notes of <b>edition {edition}</b>
            </Dialog.Description>
            <Teaser mode={mode} library="radix" />
            <Dialog.Close asChild>
              <button type="button">
                <span>Close</span>
              </button>
            </Dialog.Close>
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  )
}

async function Questions({ mode }: { mode: Mode }) {
  const edition = await read('radix')
  return (
    <Accordion.Root type="single" collapsible>
      {['Why', 'When'].map((question) => (
        <Accordion.Item key={question} value={question}>
          <Accordion.Header>
            <Accordion.Trigger>
              {question} edition {edition}?
            </Accordion.Trigger>
          </Accordion.Header>
          <Accordion.Content>
            <b>Because</b> of {edition}.
            <Fragment mode={mode} name="radix answer">
              <p>
                An answer to <i>each</i> question
              </p>
            </Fragment>
          </Accordion.Content>
        </Accordion.Item>
      ))}
    </Accordion.Root>
  )
}
