import { chromium } from 'playwright-core'
import { findOnPath } from './findOnPath.mjs'

export function launchBrowser() {
  const executablePath = findOnPath('chromium')
  if (executablePath === undefined)
    throw new Error('chromium is not on PATH. Install it, then run this again.')
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}
