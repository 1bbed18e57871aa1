'use client'

import { Button, Modal } from 'antd'
import { type ReactNode, useState } from 'react'

/** A dialog with content from the server. */
export function Notes({ title, children }: { title: string; children: ReactNode }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button type="primary" onClick={() => setIsOpen(true)}>
        Open notes
      </Button>
      <Modal title={title} open={isOpen} onCancel={() => setIsOpen(false)}>
        {children}
      </Modal>
    </>
  )
}
