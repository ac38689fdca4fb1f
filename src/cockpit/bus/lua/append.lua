--#include entry
-- Appends one event, once: the entry, its marks, its references and the live tail in one step.
-- KEYS: topic, mark key ("" = none), made key ("" = none)
-- ARGV: type, JSON without id, mark seconds, made slot, publish ("1" or ""), references ("a b c")
-- Returns its id when it is new, "=" and the id of the first when it is a repeat.
-- PERF: a text, for Redis writes each reply that is a list to the socket by itself.
if KEYS[3] ~= '' then
  local had = redis.call('HGET', KEYS[3], ARGV[4])
  if had then return '=' .. had end
end
if KEYS[2] ~= '' then
  local had = redis.call('GET', KEYS[2])
  if had then
    redis.call('HINCRBY', 'cockpit:counts', 'repeats', 1)
    return '=' .. had
  end
end
local id = add(KEYS[1], ARGV[1], ARGV[2], ARGV[6], ARGV[5])
if KEYS[2] ~= '' then redis.call('SET', KEYS[2], id, 'EX', ARGV[3]) end
if KEYS[3] ~= '' then redis.call('HSET', KEYS[3], ARGV[4], id) end
return id
