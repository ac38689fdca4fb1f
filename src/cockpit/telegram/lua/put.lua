-- Stores a message and queues it for its chat, once. KEYS: its hash.
-- ARGV: id, chat, now in ms, field, value, …
-- Returns 1 when it is new.
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local id, chat, now = ARGV[1], ARGV[2], ARGV[3]
redis.call('HSET', KEYS[1], 'chat', chat, 'state', 'queued', 'epoch', now, 'version', 1, 'tries', 0,
  unpack(ARGV, 4))
redis.call('ZADD', 'cockpit:telegram:messages', now, id)
redis.call('RPUSH', 'cockpit:telegram:out:' .. chat, id)
-- A chat that was written to a moment ago is left in peace until its pause is over.
local first = redis.call('GET', 'cockpit:telegram:pause:' .. chat) or now
redis.call('ZADD', 'cockpit:telegram:due', 'NX', first, chat)
redis.call('HINCRBY', 'cockpit:telegram:figures', 'queued', 1)
-- What followed from an event is asked for by the event.
local event = redis.call('HGET', KEYS[1], 'event')
if event and event ~= '' then
  local of = 'cockpit:telegram:of:' .. event
  redis.call('RPUSH', of, id)
  redis.call('LTRIM', of, -100, -1)
  redis.call('EXPIRE', of, 2592000)
end
return 1
