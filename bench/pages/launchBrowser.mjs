import { chromium } from 'playwright-core'
import { findOnPath } from './findOnPath.mjs'

export function launchBrowser() {
  const executablePath = findOnPath('chromium') ?? findOnPath('chromium-headless-shell')
  if (executablePath === undefined)
    throw new Error(
      'Neither chromium nor chromium-headless-shell is on PATH. Install one, then run this again.',
    )
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}
