'use client'

import { type ReactNode, useState } from 'react'
import styled from 'styled-components'

export const Card = styled.section`
  border: 1px solid rebeccapurple;
  padding: 8px;

  &:hover {
    opacity: 0.9;
  }
`

export const Title = styled.h2<{ $size: number }>`
  font-size: ${({ $size }) => $size}px;
`

const Toggle = styled.button<{ $isOpen: boolean }>`
  color: ${({ $isOpen }) => ($isOpen ? 'green' : 'gray')};
`

/** Content from the server in a box that opens. */
export function Panel({ label, children }: { label: string; children: ReactNode }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Card>
      <Toggle $isOpen={isOpen} onClick={() => setIsOpen(!isOpen)}>
        {label}
      </Toggle>
      {isOpen && <div>{children}</div>}
    </Card>
  )
}
