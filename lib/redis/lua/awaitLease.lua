-- Notes that a process waits for the release of a lease, so that the release is published.
--
-- KEYS[1] lease
--
-- Returns the milliseconds until the lease ends without a release, -2 when it has ended, or -1 when it never ends, and
-- the id of its holder

local left = redis.call('PTTL', KEYS[1])
local held = redis.pcall('GET', KEYS[1])
if type(held) ~= 'string' then return { left, '' } end
-- The format is described in _acquireLease.lua.
local head, id = string.match(held, '^(%S+ %d+ )(%S+)$')
-- On a server that refuses writes, the caller waits for the end of the lease.
if head then redis.pcall('SET', KEYS[1], head .. 'awaited ' .. id, 'KEEPTTL') end
return { left, string.match(held, ' (%S+)$') or '' }
