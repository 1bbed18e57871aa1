-- Marks the entries stale that depend on an object: one batch of bounded size a call. Caches of other
-- programs cannot be marked, and nobody would replace them; they are removed.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] fence   KEYS[4] log   KEYS[5] due   KEYS[6] obj: set
-- ARGV[1] cursor, '0' at first
-- ARGV[2] about how many members one call may touch
-- ARGV[3] retention of the log, in milliseconds
-- ARGV[4] prefix of entries   ARGV[5] prefix of reverse sets
-- ARGV[6] offset of the mark   ARGV[7] the mark
-- ARGV[8] an epoch to begin, should the index turn out to be damaged
-- ARGV[9] the object as it goes into the log   ARGV[10] the object key
--
-- Returns { cursor, '0' when done, caches touched, clock, epoch }

redis.call('ZREM', KEYS[5], '')

--@include _stamp.lua

--@include _forget.lua

-- Every batch, so that hardly anything can be stored while they go on: it might embed what is not marked yet.
local clock = stamp('r', ARGV[9], 10)

local cursor = '0'
local touched = 0
local scanned = redis.pcall('SSCAN', KEYS[6], ARGV[1], 'COUNT', ARGV[2])
if scanned.err then
  -- As in expire.lua: nobody knows any more what depends on the object.
  redis.call('SET', KEYS[1], ARGV[8])
else
  cursor = scanned[1]
  for _, member in ipairs(scanned[2]) do
    if string.sub(member, 1, #ARGV[4]) == ARGV[4] then
      -- SSCAN may show a member twice, and two objects one entry: count what was not marked before.
      local mark = redis.pcall('GETRANGE', member, ARGV[6], ARGV[6])
      if type(mark) == 'string' and mark ~= '' and mark ~= ARGV[7] then
        redis.call('SETRANGE', member, ARGV[6], ARGV[7])
        touched = touched + 1
      end
    else
      touched = touched + redis.call('UNLINK', member)
      redis.call('SREM', KEYS[6], member)
      forget(KEYS[5], ARGV[5], member)
    end
  end
end
return { cursor, touched, clock, redis.call('GET', KEYS[1]) or '' }
