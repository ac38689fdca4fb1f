-- Puts one mail in the outbox, once per call of a job.
-- KEYS: mail, made key ("" = none). ARGV: mail id, made slot, epoch ms, then the mail's fields.
if KEYS[2] ~= '' then
  local had = redis.call('HGET', KEYS[2], ARGV[2])
  if had then return had end
  redis.call('HSET', KEYS[2], ARGV[2], ARGV[1])
end
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('ZADD', 'cockpit:outbox', ARGV[3], ARGV[1])
return ARGV[1]
