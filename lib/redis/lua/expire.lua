-- Removes the caches of all programs that show one of the objects: one batch of bounded size a call.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] fence   KEYS[4] log   KEYS[5] due   KEYS[6] paths
-- KEYS[7...] obj: set of each object
-- ARGV[1] 'first' or 'next'
-- ARGV[2] about how many members one call may touch
-- ARGV[3] retention of the log, in milliseconds
-- ARGV[4] prefix of reverse sets
-- ARGV[5] id of the epoch to begin if the index is damaged
-- ARGV[6] the objects as a JSON array, for the log
-- ARGV[7...] object key of each, in the order of KEYS[7...]
--
-- Returns { 'more' or 'done', number of caches removed, clock, epoch }

--@include _writeWhenFull.lua

writeWhenFull(KEYS[5])

--@include _advanceClock.lua

local budget = tonumber(ARGV[2])
local clock = ARGV[1] == 'first' and advanceClock('e', ARGV[6], 7, #ARGV)
local removed = 0
-- Members popped by one command. The cost of a member is known only after its reverse set was read, so the first
-- group is small.
local group = 1
local largest = 1
local more = false
for index = 7, #KEYS do
  local set = KEYS[index]
  local emptied = false
  while budget > 0 do
    local members = redis.pcall('SPOP', set, group)
    if members.err then
      -- A key of another type is in the way, so the dependents of the object are unknown. A new epoch makes all
      -- entries misses.
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
-- A fill that began between two batches may have embedded an entry that a later batch removed.
if not more and ARGV[1] == 'next' then clock = advanceClock('e', ARGV[6], 7, #ARGV) end
clock = clock or tonumber(redis.call('GET', KEYS[2]) or 0)
return { more and 'more' or 'done', removed, clock, redis.call('GET', KEYS[1]) or '' }
