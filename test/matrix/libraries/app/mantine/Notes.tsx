'use client'

import { Button, Modal } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ReactNode } from 'react'

/** A dialog with content from the server. */
export function Notes({ title, children }: { title: string; children: ReactNode }) {
  const [isOpen, { open, close }] = useDisclosure(false)
  return (
    <>
      <Modal opened={isOpen} onClose={close} title={title} transitionProps={{ duration: 0 }}>
        {children}
      </Modal>
      <Button onClick={open}>Open notes</Button>
    </>
  )
}
