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

-- As in expire.lua.
local TRIM = 1000

-- Every batch, so that hardly anything can be stored while they go on: it might embed what is not marked yet.
do
  local clock = redis.call('INCR', KEYS[2])
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local oldest = string.format('%.0f', now - tonumber(ARGV[3]))
  -- As in expire.lua: what is older than the retention is trimmed, and how far that went is remembered.
  local past = redis.call('XREVRANGE', KEYS[4], oldest, '-', 'COUNT', 1)[1]
  if past then
    local floor = tonumber(past[2][2])
    local trimmed = math.min(redis.call('ZCOUNT', KEYS[3], '-inf', floor), TRIM)
    if trimmed > 0 then redis.call('ZREMRANGEBYRANK', KEYS[3], 0, trimmed - 1) end
    redis.call('ZADD', KEYS[3], floor, '')
  elseif not redis.call('ZSCORE', KEYS[3], '') then
    redis.call('ZADD', KEYS[3], clock - 1, '')
  end
  redis.call('ZADD', KEYS[3], clock, ARGV[10])
  redis.call('XADD', KEYS[4], 'MINID', '~', oldest, '*', 'c', clock, 'k', 'r', 'o', ARGV[9])
end

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
      local reverse = ARGV[5] .. member
      local objects = redis.pcall('SMEMBERS', reverse)
      if not objects.err then
        for _, object in ipairs(objects) do redis.pcall('SREM', object, member) end
      end
      redis.call('UNLINK', reverse)
    end
  end
end
local clock = tonumber(redis.call('GET', KEYS[2]) or 0)
return { cursor, touched, clock, redis.call('GET', KEYS[1]) or '' }
