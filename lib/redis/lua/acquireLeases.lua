-- Acquires the leases to fill fragments.
--
-- KEYS for each fragment: its lease, and its entry
-- ARGV for each fragment: epoch and clock of the caller's required token, id of the caller, milliseconds until the
--   lease ends, and the offset of the epoch in an entry when the caller's lookup was a miss, else -1
--
-- Returns for each fragment 1 when the lease is granted, else 0, or the error of Redis when a key of another type is in
-- the way

-- A lease is `<epoch> <clock> <id>`, or `<epoch> <clock> awaited <id>` once a process waits for its release.
local function acquire(lease, entry, epoch, clock, id, lifetime, epochOffset)
  -- Another process may have filled the fragment since the lookup. An entry of another epoch counts as a miss.
  if epochOffset >= 0 and redis.pcall('GETRANGE', entry, epochOffset, epochOffset + #epoch - 1) == epoch then
    return 0
  end
  local mark = ''
  local held = redis.pcall('GET', lease)
  if type(held) == 'table' then return held end
  if held then
    local heldEpoch, heldClock = string.match(held, '^(%S+) (%d+) ')
    -- When the holder's data may be older than an expiry that the caller knows, both render.
    if heldEpoch == epoch and tonumber(heldClock) >= tonumber(clock) then return 0 end
    if string.find(held, ' awaited %S+$') then mark = 'awaited ' end
  end
  redis.call('SET', lease, epoch .. ' ' .. clock .. ' ' .. mark .. id, 'PX', lifetime)
  return 1
end

local replies = {}
for index = 1, #KEYS / 2 do
  local arg = 5 * index - 4
  replies[index] = acquire(
    KEYS[2 * index - 1], KEYS[2 * index],
    ARGV[arg], ARGV[arg + 1], ARGV[arg + 2], ARGV[arg + 3], tonumber(ARGV[arg + 4])
  )
end
return replies
