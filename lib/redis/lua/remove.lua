-- Removes caches by their full names, and takes them out of the index.
--
-- KEYS[1] due   KEYS[2...] full names
-- ARGV[1] prefix of reverse sets
--
-- Returns how many there were

local removed = 0
for index = 2, #KEYS do
  local name = KEYS[index]
  removed = removed + redis.call('UNLINK', name)
  local reverse = ARGV[1] .. name
  local objects = redis.pcall('SMEMBERS', reverse)
  if not objects.err then
    for _, object in ipairs(objects) do redis.pcall('SREM', object, name) end
  end
  redis.call('UNLINK', reverse)
  redis.call('ZREM', KEYS[1], name)
end
return removed
