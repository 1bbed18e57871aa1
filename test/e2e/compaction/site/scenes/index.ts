import type { ComponentType } from 'react'
import type { Mode } from '../Fragment'
import { Article } from './Article'
import { BesideMismatch, InMismatchedBoundary } from './BesideMismatch'
import { Declared } from './Declared'
import { Every, LateScene } from './Every'
import { Home } from './Home'
import { FarImages, Images, ImagesAhead } from './Images'
import { Impure } from './Impure'
import { Labels } from './Labels'
import { Links } from './Links'
import { InActivity, InTabs, Twice } from './Remounted'
import { BailedOut, FailedOnServer } from './RenderedInBrowser'
import { Revalidated } from './Revalidated'
import { Story } from './Story'
import { Trees } from './Trees'
import { TurnedOff } from './TurnedOff'

export const scenes: Record<string, ComponentType<{ mode: Mode }>> = {
  activity: InActivity,
  article: Article,
  bailedOut: BailedOut,
  besideMismatch: BesideMismatch,
  declared: Declared,
  every: Every,
  farImages: FarImages,
  failedOnServer: FailedOnServer,
  home: Home,
  impure: Impure,
  inMismatchedBoundary: InMismatchedBoundary,
  images: Images,
  imagesAhead: ImagesAhead,
  labels: Labels,
  late: LateScene,
  links: Links,
  revalidated: Revalidated,
  story: Story,
  tabs: InTabs,
  trees: Trees,
  turnedOff: TurnedOff,
  twice: Twice,
}
