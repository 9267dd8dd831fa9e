-- One whole journey in Neovim: open, see the diagnostic, apply the code action, save, clean.
-- Called as: nvim --headless -u NONE -c "luafile journey.lua"; the environment says what to open and what to expect.
local function env(name)
  local value = assert(vim.env[name], name .. " is not set")
  return value
end

local function stop(message)
  io.stderr:write(message .. "\n")
  vim.cmd("cquit 1")
end

local function waited(what, condition)
  if not vim.wait(20000, condition, 50) then
    local found = vim.tbl_map(function(item) return item.lnum + 1 .. ": " .. item.message end, vim.diagnostic.get(0))
    stop("never: " .. what .. "; diagnostics: " .. vim.inspect(found))
  end
end

local function codes()
  return vim.tbl_map(function(item)
    local told = item.user_data and item.user_data.lsp or {}
    return item.code or told.code
  end, vim.diagnostic.get(0))
end

local function journey()
  vim.cmd("set noswapfile nomore")
  vim.cmd("edit " .. vim.fn.fnameescape(env("JOURNEY_FILE")))
  local given = { name = "lambdalint", cmd = vim.split(env("JOURNEY_COMMAND"), "\t"), root_dir = env("JOURNEY_ROOT") }
  if vim.lsp.start then
    vim.lsp.start(given)
  else -- before 0.8
    vim.lsp.buf_attach_client(0, vim.lsp.start_client(given))
  end

  waited("a diagnostic of " .. env("JOURNEY_RULE"), function()
    return vim.tbl_contains(codes(), env("JOURNEY_RULE"))
  end)
  local found = vim.diagnostic.get(0)[1]
  print(("seen %d:%d %s"):format(found.lnum + 1, found.col + 1, found.message))

  -- The user's own way: the cursor on the squiggle, the menu of code actions, one entry of it.
  vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
  local offered
  vim.ui.select = function(items, options, choose)
    offered = vim.tbl_map(options.format_item or tostring, items)
    for index, title in ipairs(offered) do
      if title:find(env("JOURNEY_ACTION"), 1, true) then
        return choose(items[index], index)
      end
    end
    choose(nil, nil)
  end
  vim.lsp.buf.code_action()
  waited("a menu", function() return offered ~= nil end)
  print("offered " .. table.concat(offered, "; "))

  waited("no diagnostics", function() return #vim.diagnostic.get(0) == 0 end)
  vim.cmd("write")
  if vim.bo.modified then
    stop("not saved")
  end
  vim.wait(500, function() return #vim.diagnostic.get(0) > 0 end, 50)
  if #vim.diagnostic.get(0) > 0 then
    stop("a diagnostic came back after saving")
  end

  -- Hover and go-to-definition, as a keypress asks for them.
  vim.api.nvim_win_set_cursor(0, { tonumber(env("JOURNEY_HANDLER_LINE")), 5 })
  vim.lsp.buf.definition()
  waited("the template", function()
    return vim.fn.expand("%:t") == "template.yaml" or vim.fn.getqflist({ size = 0 }).size > 0
  end)
  print("clean")
end

local fine, problem = xpcall(journey, debug.traceback)
if not fine then
  stop(problem)
end
vim.cmd("qall!")
