-- Which of these ids are not in the log? ARGV: topic, stream id, topic, stream id, …
-- Returns a list of 1 (missing) and 0.
local out = {}
for i = 1, #ARGV, 2 do
  local ok, found = pcall(redis.call, 'XRANGE', ARGV[i], ARGV[i + 1], ARGV[i + 1])
  out[#out + 1] = (ok and #found > 0) and 0 or 1
end
return out
