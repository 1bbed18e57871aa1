-- Releases leases, except those that another process has taken over, and notifies the processes that wait for one. Those
-- that wait for a lease that was taken over are notified too.
--
-- KEYS the leases
-- ARGV[1] channel
-- ARGV[2...] for each lease: id of the caller, and the message on the channel
--
-- Returns the number of leases that were released

local released = 0
for index = 1, #KEYS do
  local held = redis.pcall('GET', KEYS[index])
  if type(held) == 'string' then
    if string.match(held, ' (%S+)$') == ARGV[2 * index] then
      redis.call('UNLINK', KEYS[index])
      released = released + 1
    end
    if string.find(held, ' awaited %S+$') then redis.call('PUBLISH', ARGV[1], ARGV[2 * index + 1]) end
  end
end
return released
