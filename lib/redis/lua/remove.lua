-- Removes caches by their full names, and takes them out of the index: one batch of bounded size a call.
--
-- KEYS[1] due   KEYS[2...] full names
-- ARGV[1] prefix of reverse sets
-- ARGV[2] about how many members of sets one call may touch
--
-- Returns how many of the names are done, from the first on

local budget = tonumber(ARGV[2])
for index = 2, #KEYS do
  if budget <= 0 then return index - 2 end
  local name = KEYS[index]
  redis.call('UNLINK', name)
  budget = budget - 1
  local reverse = ARGV[1] .. name
  while true do
    local objects = redis.pcall('SPOP', reverse, math.max(1, budget))
    -- Somebody's key may be in the way.
    if objects.err or #objects == 0 then break end
    for _, object in ipairs(objects) do redis.pcall('SREM', object, name) end
    budget = budget - #objects
    if budget <= 0 and redis.call('EXISTS', reverse) == 1 then return index - 2 end
  end
  redis.call('UNLINK', reverse)
  redis.call('ZREM', KEYS[1], name)
end
return #KEYS - 1
