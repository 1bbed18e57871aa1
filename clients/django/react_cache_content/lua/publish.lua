-- Written by scripts/embed-lua.mjs from lib/redis/lua; do not edit.
-- Tells of a change: for good in a stream, and to whoever listens now.
--
-- KEYS[1] stream
-- ARGV[1] channel   ARGV[2] about how many messages the stream keeps   ARGV[3] the message: the text of a JSON object
--
-- On the channel the message has a field more, `stream`, with the stream and its place there: who reads both knows
-- it, and who reads another stream knows that it is none of his.
--
-- Returns { place in the stream, how many listened }

local streamId = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'message', ARGV[3])
local field = ',"stream":' .. cjson.encode(KEYS[1] .. ' ' .. streamId) .. '}'
-- A function, because in a text `%` would stand for something. No space before the brace: it would make this slow.
local message = string.gsub(ARGV[3], '}%s*$', function() return field end)
return { streamId, redis.call('PUBLISH', ARGV[1], message) }
