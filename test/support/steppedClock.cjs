// Loaded first (`node --require`). Replaces the wall clock by one that a test can set. The monotonic clock is unchanged.
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
