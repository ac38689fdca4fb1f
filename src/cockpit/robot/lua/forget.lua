-- Removes runs that are over and began before a moment, with their jobs.
-- ARGV: epoch ms, how many at most. Returns the number removed.
local gone = 0
for _, run in ipairs(redis.call('ZRANGEBYSCORE', 'cockpit:runs', '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])) do
  local key = 'cockpit:run:' .. run
  local state = redis.call('HGET', key, 'state')
  if state ~= 'running' and state ~= 'cancelling' then
    for _, raw in ipairs(redis.call('HVALS', key .. ':nodes')) do
      for _, pair in ipairs(cmsgpack.unpack(raw).a) do
        local job = pair[2]
        local had = redis.call('HGET', 'cockpit:job:' .. job, 'state')
        if had then redis.call('HINCRBY', 'cockpit:counts', had, -1) end
        redis.call('DEL', 'cockpit:job:' .. job, 'cockpit:tries:' .. job, 'cockpit:made:' .. job,
          'cockpit:posts:' .. job)
        redis.call('ZREM', 'cockpit:jobs', job)
        redis.call('ZREM', 'cockpit:jobs:dead', job)
      end
    end
    redis.call('DEL', key, key .. ':nodes', key .. ':blocks')
    redis.call('ZREM', 'cockpit:runs', run)
    gone = gone + 1
  end
end
return gone
