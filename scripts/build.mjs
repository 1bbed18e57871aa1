// `npm run build`: compiles lib/ to dist/.
import { failOnError } from './run.mjs'
import { build } from './tasks.mjs'

await build().catch(failOnError)
