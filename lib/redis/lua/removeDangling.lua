-- Takes caches that do not exist out of the index: one batch of bounded size a call.
--
-- KEYS[1] due   KEYS[2...] pairs: a set that mentions the cache, full name of the cache
-- ARGV[1] prefix of reverse sets
-- ARGV[2] about how many sets one call may touch
--
-- Returns how many of the pairs are done, from the first on

--@include _unindex.lua

local budget = tonumber(ARGV[2])
for index = 2, #KEYS, 2 do
  if budget <= 0 then return index / 2 - 1 end
  local set, cache = KEYS[index], KEYS[index + 1]
  budget = budget - 1
  -- One that has been written meanwhile is to be found by an expiry.
  if redis.call('EXISTS', cache) == 0 then
    redis.pcall('SREM', set, cache)
    -- What is no set has been put there by somebody who may need it.
    if type(redis.pcall('SCARD', ARGV[1] .. cache)) == 'number' then
      local done, touched = unindex(KEYS[1], ARGV[1], cache, math.max(1, budget))
      budget = budget - touched
      if not done then return index / 2 - 1 end
    end
  end
end
return (#KEYS - 1) / 2
