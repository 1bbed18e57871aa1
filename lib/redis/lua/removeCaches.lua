-- Removes caches by their Redis keys, and from the index: one batch of bounded size a call.
--
-- KEYS[1] due   KEYS[2...] Redis keys of the caches
-- ARGV[1] prefix of reverse sets
-- ARGV[2] about how many members of sets one call may touch
--
-- Returns the number of caches that are done, from the first on

--@include _unindex.lua

local budget = tonumber(ARGV[2])
for index = 2, #KEYS do
  if budget <= 0 then return index - 2 end
  redis.call('UNLINK', KEYS[index])
  local done, touched = unindex(KEYS[1], ARGV[1], KEYS[index], math.max(1, budget - 1))
  budget = budget - 1 - touched
  if not done then return index - 2 end
end
return #KEYS - 1
