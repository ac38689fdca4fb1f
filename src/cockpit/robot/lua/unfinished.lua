-- Shared by the scripts that remove services: the jobs of services that run or wait, for their turn,
-- for an answer or for another try.
local function unfinished(services)
  local ours, seen, jobs = {}, {}, {}
  local function add(job)
    if job and not seen[job] and ours[redis.call('HGET', 'cockpit:job:' .. job, 'service')] then
      seen[job] = true
      jobs[#jobs + 1] = job
    end
  end
  for _, service in ipairs(services) do
    ours[service] = true
    for _, job in ipairs(redis.call('LRANGE', 'cockpit:inbox:' .. service, 0, -1)) do add(job) end
  end
  for _, job in ipairs(redis.call('ZRANGE', 'cockpit:retry', 0, -1)) do add(job) end
  for _, id in ipairs(redis.call('ZRANGE', 'cockpit:questions:due', 0, -1)) do
    add(redis.call('HGET', 'cockpit:question:' .. id, 'job'))
  end
  return jobs
end
