-- Finds mentions of caches that do not exist.
--
-- KEYS pairs: a set, which is that of an object or the reverse set of the cache; full name of the cache
-- ARGV[1] prefix of reverse sets
--
-- Returns the numbers, from 0, of the pairs that mention what does not exist

local dead = {}
for index = 1, #KEYS, 2 do
  local set, cache = KEYS[index], KEYS[index + 1]
  local mentioned
  if set == ARGV[1] .. cache then
    mentioned = redis.call('EXISTS', set)
  else
    mentioned = redis.pcall('SISMEMBER', set, cache)
  end
  if mentioned == 1 and redis.call('EXISTS', cache) == 0 then dead[#dead + 1] = (index - 1) / 2 end
end
return dead
