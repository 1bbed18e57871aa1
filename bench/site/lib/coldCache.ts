import { memoryStore } from 'react-cache-content/memory'
import { createContentCache } from 'react-cache-content/next'
import { countEvent } from './counts'

/** The cache of mode `miss`. In a shared store, its many entries would displace those of the other modes. */
export const coldCache = createContentCache({ store: memoryStore({ name: 'cold' }), onEvent: countEvent })
