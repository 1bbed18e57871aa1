-- Acquires the leases to fill fragments.
--
-- KEYS for each fragment: its lease, and its entry
-- ARGV for each fragment: epoch and clock of the caller's required token, id of the caller, milliseconds until the
--   lease ends, and the offset of the epoch in an entry when the caller's lookup was a miss, else -1
--
-- Returns for each fragment 1 when the lease is granted, else 0, or the error of Redis when a key of another type is in
-- the way

--@include _acquireLease.lua

local replies = {}
for index = 1, #KEYS / 2 do
  local lease, entry, arg = KEYS[2 * index - 1], KEYS[2 * index], 5 * index - 4
  local epoch, epochOffset = ARGV[arg], tonumber(ARGV[arg + 4])
  -- Another process may have filled the fragment since the lookup. An entry of another epoch counts as a miss.
  if epochOffset >= 0 and redis.pcall('GETRANGE', entry, epochOffset, epochOffset + #epoch - 1) == epoch then
    replies[index] = 0
  else
    replies[index] = acquireLease(lease, epoch, ARGV[arg + 1], ARGV[arg + 2], ARGV[arg + 3])
  end
end
return replies
