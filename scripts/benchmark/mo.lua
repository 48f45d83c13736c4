-- One MO per request: another id each time, a dossier of the bench and the phone it is registered
-- to. `wrk -s mo.lua URL -- DOSSIERS SALT`.
local dossiers, salt, sent, thread_number = 1, "0", 0, 0

function setup(thread)
  thread_number = thread_number + 1
  thread:set("thread_number", thread_number)
end

function init(args)
  dossiers, salt = tonumber(args[1]), args[2]
end

function request()
  sent = sent + 1
  -- A prime step: neighbours in time are no neighbours in the tables, and no phone comes again
  -- before all have come.
  local i = (tonumber(salt) + sent * 7919) % dossiers
  local body = string.format(
    '{"id":"%s-%d-%d","from":"09%08d","to":"8083","text":"MCKH_%06d-%04d"}',
    salt, thread_number, sent, i, 260000 + math.floor(i / 1000), i % 1000)
  return wrk.format("POST", "/mo/bench", { ["Content-Type"] = "application/json" }, body)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("BENCH %d %d %d\n", summary.requests, summary.duration,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
