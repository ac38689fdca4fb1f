-- Notes how an attempt to send a message ended. KEYS: its hash.
-- ARGV: id, chat, version that was sent, state, when the chat may be written to again in epoch ms,
--       and in how many ms that is, field, value, …
-- `queued` stays at the head of its chat; so does what was changed while it was sent.
local id, chat, version, state, again = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local queue, due = 'cockpit:telegram:out:' .. chat, 'cockpit:telegram:due'
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], unpack(ARGV, 7)) end
local is_changed = state == 'sent' and redis.call('HGET', KEYS[1], 'version') ~= version
if state ~= 'queued' and not is_changed and redis.call('LINDEX', queue, 0) == id then
  redis.call('LPOP', queue)
  redis.call('HSET', KEYS[1], 'state', state)
  redis.call('HINCRBY', 'cockpit:telegram:figures', 'queued', -1)
  redis.call('HINCRBY', 'cockpit:telegram:figures', state, 1)
end
if redis.call('LLEN', queue) == 0 then
  redis.call('ZREM', due, chat)
  -- What comes next to this chat waits as well.
  redis.call('SET', 'cockpit:telegram:pause:' .. chat, again, 'PX', ARGV[6])
else
  redis.call('ZADD', due, again, chat)
end
