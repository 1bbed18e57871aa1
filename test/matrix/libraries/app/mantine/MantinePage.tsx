import {
  Accordion,
  AccordionControl,
  AccordionItem,
  AccordionPanel,
  Badge,
  Card,
  CardSection,
  Group,
  Table,
  Tabs,
  TabsList,
  TabsPanel,
  TabsTab,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { Fragment, type Mode } from '../../Fragment'
import { Teaser } from '../../Teaser'
import { read } from '../../testControl'
import { Notes } from './Notes'

export function MantinePage({ mode }: { mode: Mode }) {
  return (
    <>
      <Fragment mode={mode} name="mantine">
        <Front mode={mode} />
      </Fragment>
      <Fragment mode={mode} name="mantine sections">
        <Sections mode={mode} />
      </Fragment>
    </>
  )
}

async function Front({ mode }: { mode: Mode }) {
  const edition = await read('mantine')
  return (
    <>
      <Title order={1}>Edition {edition}</Title>
      <Card shadow="sm" padding="lg" withBorder>
        <CardSection>
          <Teaser mode={mode} library="mantine" />
        </CardSection>
        <Group justify="space-between" mt="md">
          <Text fw={500}>Card of {edition}</Text>
          <Badge color="pink">new</Badge>
        </Group>
      </Card>
      <Table
        data={{
          head: ['Article', 'Words'],
          body: [
            [`lead ${edition}`, 250],
            [<b key="sports">sports {edition}</b>, 500],
          ],
        }}
      />
      <TextInput label="Letter" defaultValue={`to ${edition}`} />
      <Notes title={`Notes ${edition}`}>
        <p>
          Notes of <b>edition {edition}</b>
        </p>
        <Teaser mode={mode} library="mantine" />
      </Notes>
    </>
  )
}

async function Sections({ mode }: { mode: Mode }) {
  const edition = await read('mantine')
  return (
    <>
      <Tabs defaultValue="news">
        <TabsList>
          <TabsTab value="news">News</TabsTab>
          <TabsTab value="sports">Sports</TabsTab>
        </TabsList>
        <TabsPanel value="news">
          <p>News of {edition}</p>
        </TabsPanel>
        <TabsPanel value="sports">
          <Teaser mode={mode} library="mantine" />
        </TabsPanel>
      </Tabs>
      <Accordion transitionDuration={0}>
        <AccordionItem value="why">
          <AccordionControl>Why edition {edition}?</AccordionControl>
          <AccordionPanel>
            <b>Because</b> of {edition}.
          </AccordionPanel>
        </AccordionItem>
      </Accordion>
    </>
  )
}
