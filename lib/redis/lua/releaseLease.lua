-- Gives a lease back and tells who waits, unless somebody else holds it by now.
--
-- KEYS[1] lease
-- ARGV[1] who gives it back   ARGV[2] channel   ARGV[3] what to tell on it
--
-- Returns 1 when it was held, else 0

local held = redis.call('GET', KEYS[1])
if not held or string.match(held, ' (%S+)$') ~= ARGV[1] then return 0 end
redis.call('UNLINK', KEYS[1])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1
