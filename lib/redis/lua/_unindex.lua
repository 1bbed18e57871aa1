-- Takes a cache that is gone out of the index, in all the sets of objects that list it or in some of them.
--
-- due: key of the list of deaths   prefix: of reverse sets   cache: its full name
-- limit: sets that may be touched, at least 1; without it all are
--
-- Returns whether all is done, and how many sets were touched

local NO_LIMIT = 1000000000

local function unindex(due, prefix, cache, limit)
  local reverse = prefix .. cache
  local objects = redis.pcall('SPOP', reverse, limit or NO_LIMIT)
  -- Somebody's key may be in the way.
  if objects.err then objects = {} end
  for _, object in ipairs(objects) do redis.pcall('SREM', object, cache) end
  if #objects > 0 and redis.call('EXISTS', reverse) == 1 then return false, #objects end
  redis.call('UNLINK', reverse)
  redis.pcall('ZREM', due, cache)
  return true, #objects
end
