-- Queues a message again that was given up, or drops it. KEYS: its hash. ARGV: id, now in ms, state.
-- Returns the state that it had.
local state = redis.call('HGET', KEYS[1], 'state')
if state ~= 'dead' then return state or '' end
redis.call('HINCRBY', 'cockpit:telegram:figures', 'dead', -1)
if ARGV[3] == 'queued' then
  local chat = redis.call('HGET', KEYS[1], 'chat')
  redis.call('HSET', KEYS[1], 'state', 'queued', 'tries', 0, 'error', '')
  redis.call('RPUSH', 'cockpit:telegram:out:' .. chat, ARGV[1])
  local first = redis.call('GET', 'cockpit:telegram:pause:' .. chat) or ARGV[2]
  redis.call('ZADD', 'cockpit:telegram:due', 'NX', first, chat)
  redis.call('HINCRBY', 'cockpit:telegram:figures', 'queued', 1)
else
  -- It is remembered for a week: whoever would put it again must not.
  redis.call('HSET', KEYS[1], 'state', 'dropped')
  redis.call('EXPIRE', KEYS[1], 604800)
  redis.call('ZREM', 'cockpit:telegram:messages', ARGV[1])
end
return 'dead'
