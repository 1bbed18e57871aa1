-- Written by scripts/embed-lua.mjs from lib/redis/lua; do not edit.
-- Publishes a message on a channel, and keeps it in a stream.
--
-- KEYS[1] stream
-- ARGV[1] channel   ARGV[2] about how many messages the stream keeps   ARGV[3] the message, a JSON object as text
--
-- On the channel the message has an additional field `stream`, with the name of the stream and the id of the
-- message in it. A receiver that reads this stream as well recognizes the message. A receiver that reads another
-- stream ignores it.
--
-- Returns { id in the stream, number of subscribers that received it }

local streamId = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'message', ARGV[3])
local field = ',"stream":' .. cjson.encode(KEYS[1] .. ' ' .. streamId) .. '}'
-- A function, because `%` has a meaning in a replacement string. The pattern has no `%s*` before the brace, which
-- would make it slow.
local message = string.gsub(ARGV[3], '}%s*$', function() return field end)
return { streamId, redis.call('PUBLISH', ARGV[1], message) }
