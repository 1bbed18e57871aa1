-- Removes caches that do not exist from the index: one batch of bounded size a call.
--
-- KEYS[1] due   KEYS[2...] in pairs: a set that lists the cache, and the Redis key of the cache
-- ARGV[1] prefix of reverse sets
-- ARGV[2] about how many sets one call may touch
--
-- Returns the number of pairs that are done, from the first on

--@include _unindex.lua

local budget = tonumber(ARGV[2])
for index = 2, #KEYS, 2 do
  if budget <= 0 then return index / 2 - 1 end
  local set, cache = KEYS[index], KEYS[index + 1]
  budget = budget - 1
  -- A cache that was written since the caller's check must stay in the index.
  if redis.call('EXISTS', cache) == 0 then
    redis.pcall('SREM', set, cache)
    -- A key of another type belongs to another program.
    if type(redis.pcall('SCARD', ARGV[1] .. cache)) == 'number' then
      local done, touched = unindex(KEYS[1], ARGV[1], cache, math.max(1, budget))
      budget = budget - touched
      if not done then return index / 2 - 1 end
    end
  end
end
return (#KEYS - 1) / 2
