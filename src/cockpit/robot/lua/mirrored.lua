-- Notes what was mirrored. KEYS: the memory of a node. ARGV: repo, then msgpack
-- [[service, what its files are now ("" for none), how often it had changed when it was read], …].
-- One that changed again meanwhile, or could not be written ("" for how often), is mirrored again.
local due = 'cockpit:unmirrored:' .. ARGV[1]
for _, r in ipairs(cmsgpack.unpack(ARGV[2])) do
  if r[2] == '' then
    redis.call('HDEL', KEYS[1], r[1])
  else
    redis.call('HSET', KEYS[1], r[1], r[2])
  end
  if redis.call('HGET', due, r[1]) == r[3] then redis.call('HDEL', due, r[1]) end
end
return 1
