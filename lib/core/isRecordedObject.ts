import { RECORDED_PREFIX } from './protocol.gen.ts'

/** Whether stores keep the last expiry of the object for longer than the retention, for `FragmentStore.getLastExpiry`. */
export function isRecordedObject(object: string): boolean {
  return object.startsWith(RECORDED_PREFIX)
}
