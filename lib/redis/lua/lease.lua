-- Asks to be the one that fills a fragment.
--
-- KEYS[1] lease
-- ARGV[1] epoch and ARGV[2] clock that the caller must see   ARGV[3] who asks   ARGV[4] milliseconds
--
-- Returns 1 when granted, else 0

local held = redis.call('GET', KEYS[1])
if held then
  local epoch, clock = string.match(held, '^(%S+) (%d+) ')
  -- What the holder renders may be older than an expiry the caller knows of: let both render.
  if epoch == ARGV[1] and tonumber(clock) >= tonumber(ARGV[2]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. ARGV[3], 'PX', ARGV[4])
return 1
