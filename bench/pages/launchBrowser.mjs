import { chromium } from 'playwright-core'
import { onPath } from './onPath.mjs'

export function launchBrowser() {
  const executablePath = onPath('chromium')
  if (executablePath === undefined)
    throw new Error('chromium is not on PATH. Install it, then run this again.')
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}
