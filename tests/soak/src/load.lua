-- What wrk sends: requests that both servers answer with a status of the class 2xx, in turn. Its arguments are
-- the origins that the policies allow always, at times, by a look-up and never.

local names = {}
for index = 1, 32 do
  names[index] = "x-name-" .. index
end

local requests, turn = {}, 0

function init(args)
  local always, sometimes, looked_up, never = args[1], args[2], args[3], args[4]
  local function add(method, path, headers, body)
    requests[#requests + 1] = wrk.format(method, path, headers, body)
  end
  add("GET", "/items", {})
  add("GET", "/items", { Origin = always })
  add("GET", "/items", { Origin = never })
  add("GET", "/items", { Origin = sometimes })
  add("GET", "/tenants", { Origin = always })
  add("GET", "/tenants", { Origin = looked_up })
  add("GET", "/tenants", { Origin = never })
  add("POST", "/echo", { Origin = always, ["Content-Type"] = "application/json" }, "[1]")
  add("OPTIONS", "/items", { Origin = always, ["Access-Control-Request-Method"] = "PUT" })
  add("OPTIONS", "/items", {
    Origin = always,
    ["Access-Control-Request-Method"] = "GET",
    ["Access-Control-Request-Headers"] = table.concat(names, ","),
  })
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary)
  local errors = summary.errors
  io.write(string.format("counted %d %d %d %d %d %d\n", summary.requests,
    errors.connect, errors.read, errors.write, errors.timeout, errors.status))
end
