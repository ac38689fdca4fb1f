-- Changes what a message says; one that was sent is edited. KEYS: its hash.
-- ARGV: id, now in ms, field, value, …
-- Returns 0 when there is none, or it is given up.
local state = redis.call('HGET', KEYS[1], 'state')
if not state or state == 'dead' or state == 'dropped' then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('HINCRBY', KEYS[1], 'version', 1)
if state == 'sent' then
  local chat = redis.call('HGET', KEYS[1], 'chat')
  redis.call('HSET', KEYS[1], 'state', 'queued')
  redis.call('RPUSH', 'cockpit:telegram:out:' .. chat, ARGV[1])
  local first = redis.call('GET', 'cockpit:telegram:pause:' .. chat) or ARGV[2]
  redis.call('ZADD', 'cockpit:telegram:due', 'NX', first, chat)
  redis.call('HINCRBY', 'cockpit:telegram:figures', 'queued', 1)
end
return 1
