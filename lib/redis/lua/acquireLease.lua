-- Acquires the lease to fill a fragment.
--
-- KEYS[1] lease   KEYS[2] entry
-- ARGV[1] epoch and ARGV[2] clock of the caller's required token   ARGV[3] id of the caller
-- ARGV[4] milliseconds until the lease ends
-- ARGV[5] offset of the epoch in an entry when the caller's lookup was a miss, else -1
--
-- Returns 1 when the lease is granted, else 0

-- Another process may have filled the fragment since the lookup. An entry of another epoch counts as a miss.
local epochOffset = tonumber(ARGV[5])
if epochOffset >= 0 then
  local epoch = redis.pcall('GETRANGE', KEYS[2], epochOffset, epochOffset + #ARGV[1] - 1)
  if epoch == ARGV[1] then return 0 end
end

local held = redis.call('GET', KEYS[1])
if held then
  local epoch, clock = string.match(held, '^(%S+) (%d+) ')
  -- When the holder's data may be older than an expiry that the caller knows, both render.
  if epoch == ARGV[1] and tonumber(clock) >= tonumber(ARGV[2]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. ARGV[3], 'PX', ARGV[4])
return 1
