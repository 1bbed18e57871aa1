import {
  Accordion,
  Badge,
  Box,
  Button,
  Card,
  Link as ChakraLink,
  Dialog,
  Heading,
  HStack,
  Portal,
  Stack,
  Table,
  Tabs,
  Text,
} from '@chakra-ui/react'
import Link from 'next/link'
import { Fragment, type Mode } from '../../Fragment'
import { Teaser } from '../../Teaser'
import { read } from '../../testControl'

export function ChakraPage({ mode }: { mode: Mode }) {
  return (
    <Stack gap="6">
      <Fragment mode={mode} name="chakra">
        <Front mode={mode} />
      </Fragment>
      <Fragment mode={mode} name="chakra sections">
        <Sections mode={mode} />
      </Fragment>
    </Stack>
  )
}

async function Front({ mode }: { mode: Mode }) {
  const edition = await read('chakra')
  return (
    <Box padding={{ base: '2', md: '6' }} _hover={{ bg: 'bg.muted' }}>
      <HStack>
        <Heading size="2xl">Edition {edition}</Heading>
        <Badge colorPalette="purple">new</Badge>
        <ChakraLink asChild>
          <Link href="/chakra/plain?subscribe">Subscribe</Link>
        </ChakraLink>
      </HStack>
      <Card.Root>
        <Card.Body>
          <Card.Title>Card of {edition}</Card.Title>
          <Teaser mode={mode} library="chakra" />
        </Card.Body>
        <Card.Footer>
          <Button variant="outline">Share</Button>
        </Card.Footer>
      </Card.Root>
      <Table.Root size="sm">
        <Table.Body>
          {['lead', 'sports'].map((article) => (
            <Table.Row key={article}>
              <Table.Cell>
                {article} <i>{edition}</i>
              </Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Box>
  )
}

async function Sections({ mode }: { mode: Mode }) {
  const edition = await read('chakra')
  return (
    <>
      <Tabs.Root defaultValue="news">
        <Tabs.List>
          <Tabs.Trigger value="news">News</Tabs.Trigger>
          <Tabs.Trigger value="sports">Sports</Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content value="news">
          <p>News of {edition}</p>
        </Tabs.Content>
        <Tabs.Content value="sports">
          <Teaser mode={mode} library="chakra" />
        </Tabs.Content>
      </Tabs.Root>
      <Accordion.Root collapsible>
        <Accordion.Item value="why">
          <Accordion.ItemTrigger>
            <Text flex="1">Why edition {edition}?</Text>
            <Accordion.ItemIndicator />
          </Accordion.ItemTrigger>
          <Accordion.ItemContent>
            <Accordion.ItemBody>
              <b>Because</b> of {edition}.
            </Accordion.ItemBody>
          </Accordion.ItemContent>
        </Accordion.Item>
      </Accordion.Root>
      <Dialog.Root lazyMount>
        <Dialog.Trigger asChild>
          <Button>Open notes</Button>
        </Dialog.Trigger>
        <Portal>
          <Dialog.Backdrop />
          <Dialog.Positioner>
            <Dialog.Content>
              <Dialog.Header>
                <Dialog.Title>Notes {edition}</Dialog.Title>
              </Dialog.Header>
              <Dialog.Body>
                <p>
                  Notes of <b>edition {edition}</b>
                </p>
              </Dialog.Body>
            </Dialog.Content>
          </Dialog.Positioner>
        </Portal>
      </Dialog.Root>
    </>
  )
}
