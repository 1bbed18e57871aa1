'use client'

import { ChakraProvider, defaultSystem } from '@chakra-ui/react'
import { AppRouterCacheProvider } from '@mui/material-nextjs/v16-appRouter'
import type { ReactNode } from 'react'

/** Chakra with a cache provider for Emotion. Without one, pages with late content fail to hydrate. */
export function Provider({ children }: { children: ReactNode }) {
  return (
    <AppRouterCacheProvider options={{ key: 'css' }}>
      <ChakraProvider value={defaultSystem}>{children}</ChakraProvider>
    </AppRouterCacheProvider>
  )
}
