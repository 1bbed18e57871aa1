-- Written by scripts/embed-lua.mjs from lib/redis/lua; do not edit.
-- Tells of a change: for good in a stream, and to whoever listens now.
--
-- KEYS[1] stream
-- ARGV[1] channel   ARGV[2] about how many messages the stream keeps   ARGV[3] the message: the text of a JSON object
--
-- On the channel the message has a field more, `stream`, with its place in the stream: who reads both knows it.
--
-- Returns { place in the stream, how many listened }

local place = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'message', ARGV[3])
local told = string.gsub(ARGV[3], '%s*}%s*$', ',"stream":"' .. place .. '"}')
return { place, redis.call('PUBLISH', ARGV[1], told) }
