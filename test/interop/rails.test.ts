import { edits } from './rails/behaviours/edits.ts'
import { expiries } from './rails/behaviours/expiries.ts'
import { failures } from './rails/behaviours/failures.ts'
import { fragmentKeys } from './rails/behaviours/fragmentKeys.ts'
import { html } from './rails/behaviours/html.ts'
import { nesting } from './rails/behaviours/nesting.ts'
import { railsCache } from './rails/behaviours/railsCache.ts'
import { refusals } from './rails/behaviours/refusals.ts'
import { settings } from './rails/behaviours/settings.ts'
import { storeOf2012 } from './rails/behaviours/storeOf2012.ts'
import { newsdeskForFile } from './rails/newsdesk.ts'

// A Rails site and the store of a Next site on one Redis.

const desk = newsdeskForFile()

nesting(desk)
refusals(desk)
html(desk)
edits(desk)
expiries(desk)
fragmentKeys(desk)
railsCache(desk)
storeOf2012(desk)
settings(desk)
failures()
