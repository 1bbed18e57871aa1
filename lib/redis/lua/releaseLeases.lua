-- Releases leases, except those that another process holds, and notifies the processes that wait for one.
--
-- KEYS the leases
-- ARGV[1] channel
-- ARGV[2...] for each lease: id of the caller, and the message on the channel
--
-- Returns the number of leases that were released

local released = 0
for index = 1, #KEYS do
  local held = redis.pcall('GET', KEYS[index])
  if type(held) == 'string' and string.match(held, ' (%S+)$') == ARGV[2 * index] then
    redis.call('UNLINK', KEYS[index])
    if string.find(held, ' awaited %S+$') then redis.call('PUBLISH', ARGV[1], ARGV[2 * index + 1]) end
    released = released + 1
  end
end
return released
