'use client'

// The component that MUI's documentation passes to `component`.
export { default as NextLink } from 'next/link'
