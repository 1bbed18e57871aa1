-- Removes caches that show one of the objects, whoever wrote them: one batch of bounded size a call.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] fence   KEYS[4] log   KEYS[5] due   KEYS[6...] obj: set of each object
-- ARGV[1] 'first' or 'next'
-- ARGV[2] about how many members one call may touch
-- ARGV[3] retention of the log, in milliseconds
-- ARGV[4] prefix of reverse sets
-- ARGV[5] an epoch to begin, should the index turn out to be damaged
-- ARGV[6] the objects as they go into the log
-- ARGV[7...] object key of each, in the order of KEYS[6...]
--
-- Returns { 'more' or 'done', caches removed, clock, epoch }

-- The first write of a script must be one that a full server accepts; after it all are.
redis.call('ZREM', KEYS[5], '')

--@include _advanceClock.lua

local budget = tonumber(ARGV[2])
local clock = ARGV[1] == 'first' and advanceClock('e', ARGV[6], 7, #ARGV)
local removed = 0
-- Members popped in one go. What each will cost is known only when its reverse set is read, so begin small.
local group = 1
local largest = 1
local more = false
for index = 6, #KEYS do
  local set = KEYS[index]
  local emptied = false
  while budget > 0 do
    local members = redis.pcall('SPOP', set, group)
    if members.err then
      -- A key of another type is in the way, so the index no longer says what depends on the object. Begin an epoch.
      redis.call('SET', KEYS[1], ARGV[5])
      emptied = true
      break
    end
    if #members == 0 then
      emptied = true
      break
    end
    removed = removed + redis.call('UNLINK', unpack(members))
    redis.call('ZREM', KEYS[5], unpack(members))
    local others = {}
    local reverses = {}
    for position, member in ipairs(members) do
      local reverse = ARGV[4] .. member
      reverses[position] = reverse
      local objects = redis.pcall('SMEMBERS', reverse)
      largest = math.max(largest, 1 + #objects)
      budget = budget - 1 - #objects
      for _, object in ipairs(objects) do
        if object ~= set then
          local list = others[object]
          if list then list[#list + 1] = member else others[object] = { member } end
        end
      end
    end
    redis.call('UNLINK', unpack(reverses))
    for object, list in pairs(others) do redis.pcall('SREM', object, unpack(list)) end
    group = math.max(1, math.min(200, group * 4, math.floor(budget / largest)))
  end
  if not emptied then
    local left = redis.pcall('SCARD', set)
    if type(left) == 'number' and left > 0 then more = true end
  end
end
-- A fill that began between two batches may have embedded what a later batch removed.
if not more and ARGV[1] == 'next' then clock = advanceClock('e', ARGV[6], 7, #ARGV) end
clock = clock or tonumber(redis.call('GET', KEYS[2]) or 0)
return { more and 'more' or 'done', removed, clock, redis.call('GET', KEYS[1]) or '' }
