--#include shelf
-- Closes an eco, or opens it again.
-- ARGV: guid, CLOSED or ALERT, epoch in seconds, who
-- Returns 1 when it changed, 0 when it was so already, -1 without such an eco.
local guid, to, epoch, who = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local from = redis.call('HGET', record(guid), 'state')
if not from then return -1 end
if (from == 'CLOSED') == (to == 'CLOSED') then return 0 end
local seen = redis.call('ZSCORE', ALL, guid)
redis.call('ZREM', ALL .. ':' .. from, guid)
redis.call('ZADD', ALL .. ':' .. to, seen, guid)
redis.call('HSET', record(guid), 'state', to, 'by', who,
  'close', to == 'CLOSED' and string.format('%d', epoch) or '0')
tell_history(guid, epoch, to == 'CLOSED' and 'closed' or 'reopened', who, '')
return 1
