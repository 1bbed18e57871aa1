-- Acquires the lease to fill a fragment. A lease is `<epoch> <clock> <id>`, or `<epoch> <clock> awaited <id>` once a
-- process waits for its release.
--
-- lease: its key   epoch and clock: expiries that the caller must see   id: of the caller
-- lifetime: milliseconds until the lease ends
--
-- Returns 1 when the lease is granted, 0 when it is not, or the error of Redis when a key of another type is in the
-- way, or the server refuses writes

local function acquireLease(lease, epoch, clock, id, lifetime)
  local mark = ''
  local held = redis.pcall('GET', lease)
  if type(held) == 'table' then return held end
  if held then
    local heldEpoch, heldClock = string.match(held, '^(%S+) (%d+) ')
    -- When the holder's data may be older than an expiry that the caller knows, both render.
    if heldEpoch == epoch and tonumber(heldClock) >= tonumber(clock) then return 0 end
    if string.find(held, ' awaited %S+$') then mark = 'awaited ' end
  end
  local stored = redis.pcall('SET', lease, epoch .. ' ' .. clock .. ' ' .. mark .. id, 'PX', lifetime)
  if stored.err then return stored end
  return 1
end
