import { blocks } from './django/behaviours/blocks.ts'
import { errorCodes } from './django/behaviours/errorCodes.ts'
import { failures } from './django/behaviours/failures.ts'
import { fragmentKeys } from './django/behaviours/fragmentKeys.ts'
import { messages } from './django/behaviours/messages.ts'
import { overtakenRenders } from './django/behaviours/overtakenRenders.ts'
import { reactFragments } from './django/behaviours/reactFragments.ts'
import { settings } from './django/behaviours/settings.ts'
import { storeOf2012 } from './django/behaviours/storeOf2012.ts'
import { values } from './django/behaviours/values.ts'
import { newsdeskForFile } from './django/newsdesk.ts'

// A Django site and the store of a Next site on one Redis.

const desk = newsdeskForFile()

blocks(desk)
overtakenRenders(desk)
values(desk)
fragmentKeys(desk)
reactFragments(desk)
messages(desk)
failures(desk)
errorCodes(desk)
settings(desk)
storeOf2012(desk)
