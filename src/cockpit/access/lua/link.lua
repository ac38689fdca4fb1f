-- Ties a user of Telegram to a person, who has one and no more. KEYS: people of Telegram.
-- ARGV: person, user id ("" = none from now on).
local linked = redis.call('HGETALL', KEYS[1])
for n = 1, #linked, 2 do
  if linked[n + 1] == ARGV[1] then redis.call('HDEL', KEYS[1], linked[n]) end
end
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], ARGV[2], ARGV[1]) end
