-- Releases a lease and notifies waiting processes, unless another process holds the lease.
--
-- KEYS[1] lease
-- ARGV[1] id of the caller   ARGV[2] channel   ARGV[3] message on the channel
--
-- Returns 1 when the caller held the lease, else 0

local held = redis.call('GET', KEYS[1])
if not held or string.match(held, ' (%S+)$') ~= ARGV[1] then return 0 end
redis.call('UNLINK', KEYS[1])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1
