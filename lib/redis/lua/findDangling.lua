-- Finds members of the index whose caches do not exist.
--
-- KEYS in pairs: the set of an object or the reverse set of the cache, and the Redis key of the cache
-- ARGV[1] prefix of reverse sets
--
-- Returns the numbers, from 0, of the pairs whose set lists a cache that does not exist

local dangling = {}
for index = 1, #KEYS, 2 do
  local set, cache = KEYS[index], KEYS[index + 1]
  local isListed
  if set == ARGV[1] .. cache then
    isListed = redis.call('EXISTS', set)
  else
    isListed = redis.pcall('SISMEMBER', set, cache)
  end
  if isListed == 1 and redis.call('EXISTS', cache) == 0 then dangling[#dangling + 1] = (index - 1) / 2 end
end
return dangling
