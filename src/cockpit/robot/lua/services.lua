-- Writes services and the data that a blueprint gives them, and raises the index number.
-- ARGV: msgpack [{service, record, data = {key: JSON}}]
for _, s in ipairs(cmsgpack.unpack(ARGV[1])) do
  redis.call('HSET', 'cockpit:services', s.service, s.record)
  for key, value in pairs(s.data) do
    redis.call('HSET', 'cockpit:data:' .. s.service, key, value)
  end
end
return redis.call('INCR', 'cockpit:index')
