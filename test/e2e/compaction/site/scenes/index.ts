import type { ComponentType } from 'react'
import type { Mode } from '../Fragment'
import { BesideMismatch, InMismatchedBoundary } from './BesideMismatch'
import { Every, LateScene } from './Every'
import { Home } from './Home'
import { Labels } from './Labels'
import { InActivity, InTabs, Twice } from './Remounted'
import { BailedOut, FailedOnServer } from './RenderedInBrowser'
import { Story } from './Story'
import { Trees } from './Trees'

export const scenes: Record<string, ComponentType<{ mode: Mode }>> = {
  activity: InActivity,
  bailedOut: BailedOut,
  besideMismatch: BesideMismatch,
  every: Every,
  failedOnServer: FailedOnServer,
  home: Home,
  inMismatchedBoundary: InMismatchedBoundary,
  labels: Labels,
  late: LateScene,
  story: Story,
  tabs: InTabs,
  trees: Trees,
  twice: Twice,
}
