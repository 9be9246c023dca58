-- For wrk: asks for the path given after "--", with {fresh} replaced by a number that grows from the second one.
local path, number

function init(arguments)
  path = arguments[1]
  number = tonumber(arguments[2])
end

function request()
  number = number + 1
  return wrk.format("GET", (path:gsub("{fresh}", string.format("%.0f", number))))
end
