// Loaded before anything else (`node --require`): a wall clock that a test sets ahead or back. The monotonic clock goes on.
const clock = { ahead: 0 }
globalThis[Symbol.for('fixture.clock')] = clock

const RealDate = Date
const now = () => RealDate.now() + clock.ahead
globalThis.Date = new Proxy(RealDate, {
  get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  apply: () => new RealDate(now()).toString(),
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget),
})
