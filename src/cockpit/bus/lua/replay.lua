--#include entry
-- Moves a replay on in the log, and appends the event that it moves to again, in one step: so none
-- is appended twice, whoever does it and however often.
-- KEYS: replay, topic. ARGV: where it is, where to, type, JSON ("" = only move), references
-- Returns the id of the copy, "=" without one, "" when the replay is over or somewhere else.
local at = redis.call('HMGET', KEYS[1], 'state', 'edge')
if at[1] ~= 'running' or at[2] ~= ARGV[1] then return '' end
redis.call('HSET', KEYS[1], 'edge', ARGV[2])
if ARGV[4] == '' then return '=' end
redis.call('HINCRBY', KEYS[1], 'events', 1)
return add(KEYS[2], ARGV[3], ARGV[4], ARGV[5], '1')
