-- Written by scripts/embed-lua.mjs from lib/redis/lua; do not edit.
-- Removes caches by their Redis keys, and from the index: one batch of bounded size a call.
--
-- KEYS[1] due   KEYS[2...] Redis keys of the caches
-- ARGV[1] prefix of reverse sets
-- ARGV[2] about how many members of sets one call may touch
--
-- Returns the number of caches that are done, from the first on

-- Removes a cache that no longer exists from the index: from all sets of objects that list it, or from some of them.
--
-- due: key of the sorted set of caches by expiry time   prefix: of reverse sets   cache: its Redis key
-- limit: number of sets that may be touched, at least 1; without it there is no limit
--
-- Returns whether the cache is removed completely, and the number of sets touched

local NO_LIMIT = 1000000000

local function unindex(due, prefix, cache, limit)
  local reverse = prefix .. cache
  local objects = redis.pcall('SPOP', reverse, limit or NO_LIMIT)
  -- A key of another type may be in the way.
  if objects.err then objects = {} end
  for _, object in ipairs(objects) do redis.pcall('SREM', object, cache) end
  if #objects > 0 and redis.call('EXISTS', reverse) == 1 then return false, #objects end
  redis.call('UNLINK', reverse)
  redis.pcall('ZREM', due, cache)
  return true, #objects
end

local budget = tonumber(ARGV[2])
for index = 2, #KEYS do
  if budget <= 0 then return index - 2 end
  redis.call('UNLINK', KEYS[index])
  local done, touched = unindex(KEYS[1], ARGV[1], KEYS[index], math.max(1, budget - 1))
  budget = budget - 1 - touched
  if not done then return index - 2 end
end
return #KEYS - 1
