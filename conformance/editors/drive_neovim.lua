-- Does in Neovim, with its own client, what a user does, and tells what was seen. The global `task` says with what; the result is a file of JSON.

-- In milliseconds. The task says how long to wait for an answer.
local STEP = 5
local PATIENCE = 10000

local checks = {}

--- Goes on when the condition gives something, and gives it back. Meanwhile Neovim works on: keys are typed, messages arrive.
local function await(what, condition, patience)
  patience = patience or task.patience
  local running = coroutine.running()
  local deadline = vim.loop.now() + patience
  local timer = vim.loop.new_timer()
  timer:start(0, STEP, vim.schedule_wrap(function()
    if timer:is_closing() then
      return
    end
    local ok, result = pcall(condition)
    if (ok and result) or vim.loop.now() > deadline then
      timer:close()
      coroutine.resume(running, ok and result)
    end
  end))
  local result = coroutine.yield()
  if not result then
    -- Nor will the rest come, most likely.
    task.patience = math.min(task.patience, 1000)
    error(what .. ": nothing came within " .. patience .. " ms", 0)
  end
  return result
end

--- Writes down how a check went: `look` gives back what it found wrong.
local function check(name, look)
  local ok, findings = pcall(look)
  table.insert(checks, { name = name, findings = ok and findings or { tostring(findings) } })
end

local function missing(text, wanted)
  local findings = {}
  for _, each in ipairs(wanted) do
    if not text:find(each, 1, true) then
      table.insert(findings, ("%q is not in %q"):format(each, text))
    end
  end
  return findings
end

local function same(got, want)
  return vim.deep_equal(got, want) and {} or { "it is " .. vim.inspect(got) .. ", wanted " .. vim.inspect(want) }
end

local function content(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), "\n")
end

local function edit(name)
  vim.cmd("edit " .. vim.fn.fnameescape(task.folder .. "/" .. name))
  return vim.api.nvim_get_current_buf()
end

--- Puts the cursor on the end of the word, and says where it begins; lines count from one, columns from zero, as Neovim's cursor does.
local function put_cursor(word)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, true)) do
    local first, last = line:find(word, 1, true)
    if first then
      vim.api.nvim_win_set_cursor(0, { number, last - 1 })
      return number, first - 1
    end
  end
  error(word .. " is not in the buffer", 0)
end

local function attached()
  return await("attaching", function()
    local client = vim.tbl_values(vim.lsp.buf_get_clients(0))[1]
    return client and client.initialized and client
  end, PATIENCE)
end

local function diagnostics()
  local found = await("diagnostics", function()
    local found = vim.diagnostic.get(0)
    return #found > 0 and found
  end)
  local line, column = put_cursor(task.want.wrong)
  local got, places = {}, {}
  for _, each in ipairs(found) do
    table.insert(got, each.message)
    table.insert(places, { each.lnum, each.col, each.end_lnum, each.end_col })
  end
  local findings = same(places, { { line - 1, column, line - 1, column + #task.want.wrong } })
  vim.list_extend(findings, missing(table.concat(got, "\n"), task.want.problem))
  return findings
end

--- The text of the window that floats above the others.
local function floating()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      return content(vim.api.nvim_win_get_buf(window)), window
    end
  end
end

local function hover()
  put_cursor(task.want.hovered)
  vim.lsp.buf.hover()
  await("the hover", floating)
  local text, window = floating()
  vim.api.nvim_win_close(window, true)
  return missing(text, task.want.hover)
end

local function complete()
  put_cursor(task.want.wrong)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes("o<C-x><C-o>", true, false, true), "n", false)
  local items = await("completions", function()
    local items = vim.fn.complete_info({ "items" }).items
    return #items > 0 and items
  end)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes("<C-e><Esc>", true, false, true), "n", false)
  await("leaving the list", function()
    return vim.api.nvim_get_mode().mode == "n"
  end)
  vim.cmd("edit!")
  local words = vim.tbl_map(function(item)
    return item.abbr ~= "" and item.abbr or item.word
  end, items)
  return missing(table.concat(words, "\n"), task.want.completions)
end

local function definition()
  local from = vim.api.nvim_get_current_buf()
  put_cursor(task.want.used)
  vim.lsp.buf.definition()
  await("the definition", function()
    return vim.api.nvim_get_current_buf() ~= from
  end)
  local got = { vim.fn.expand("%:t"), vim.fn.line(".") }
  vim.api.nvim_set_current_buf(from)
  return same(got, task.want.definition)
end

local function references()
  put_cursor(task.want.used)
  vim.fn.setqflist({})
  vim.lsp.buf.references({ includeDeclaration = true })
  local found = await("references", function()
    local found = vim.fn.getqflist()
    return #found > 0 and found
  end)
  vim.cmd("cclose")
  local got = vim.tbl_map(function(each)
    return vim.fn.fnamemodify(vim.fn.bufname(each.bufnr), ":t") .. ":" .. each.lnum
  end, found)
  table.sort(got)
  return same(got, task.want.references)
end

local function symbols()
  vim.fn.setqflist({})
  vim.lsp.buf.document_symbol()
  local found = await("symbols", function()
    local found = vim.fn.getqflist()
    found = #found > 0 and found or vim.fn.getloclist(0)
    return #found > 0 and found
  end)
  vim.cmd("silent! cclose | silent! lclose")
  local text = vim.tbl_map(function(each)
    return each.text
  end, found)
  return missing(table.concat(text, "\n"), task.want.symbols)
end

local function rename()
  local pipeline, variables = vim.api.nvim_get_current_buf(), vim.fn.bufnr("variables.hcl")
  put_cursor(task.want.used)
  vim.lsp.buf.rename(task.want.renamed)
  await("the new name", function()
    return content(pipeline) ~= task.text["pipeline.hcl"] or content(variables) ~= task.text["variables.hcl"]
  end)
  local renamed = task.want.after_rename
  local findings = same(content(pipeline), renamed["pipeline.hcl"])
  return vim.list_extend(findings, same(content(variables), renamed["variables.hcl"]))
end

local function format()
  local untidy, tidy = unpack(task.want.untidy)
  vim.cmd("%substitute/" .. tidy .. "/" .. untidy .. "/")
  local wanted = content(0):gsub(untidy, tidy, 1)
  vim.lsp.buf.formatting_sync(nil, task.patience)
  return same(content(0), wanted)
end

local function drive()
  local variables = edit("variables.hcl")
  task.text = { ["variables.hcl"] = content(variables) }
  task.text["pipeline.hcl"] = content(edit("pipeline.hcl"))
  local client
  check("attaches", function()
    client = attached()
    return {}
  end)
  check("the diagnostic is at the wrong word", diagnostics)
  check("the hover documents the attribute", hover)
  check("the completions are the attributes of the block", complete)
  check("the definition of a variable is in the other file", definition)
  check("its references are in both files", references)
  check("the symbols are the blocks", symbols)
  check("a variable is renamed in both files", rename)
  check("what is untidy is formatted", format)
  if client then
    client.stop()
    check("the server ends when it is told to", function()
      await("the end of the server", client.is_stopped, PATIENCE)
      return {}
    end)
  end
end

local function finish()
  vim.fn.writefile({ vim.fn.json_encode({ checks = checks }) }, task.result)
  vim.cmd("qall!")
end

coroutine.wrap(function()
  local ok, message = pcall(drive)
  if not ok then
    table.insert(checks, { name = "drives Neovim", findings = { message } })
  end
  finish()
end)()
