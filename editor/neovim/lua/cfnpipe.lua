-- Support for cfnpipe in Neovim 0.7.2 and newer: which files are its own, the language server, and commands for what only it has.
local M = {}

local function is_marker(name)
  return name == 'pipeline.hcl' or (name:sub(-13) == '.pipeline.hcl' and name:sub(1, 1) ~= '.')
end

-- Whether a file is cfnpipe's: pipeline.hcl, *.pipeline.hcl, and in a folder that has one of these every other .hcl file that is not hidden.
function M.is_ours(path)
  local name = vim.fn.fnamemodify(path, ':t')
  if is_marker(name) then
    return true
  end
  if name:sub(-4) ~= '.hcl' or name:sub(1, 1) == '.' then
    return false
  end
  local folder = vim.fn.fnamemodify(path, ':p:h')
  if vim.fn.isdirectory(folder) == 0 then
    return false
  end
  for _, entry in ipairs(vim.fn.readdir(folder)) do
    if is_marker(entry) and vim.fn.isdirectory(folder .. '/' .. entry) == 0 then
      return true
    end
  end
  return false
end

-- The folder of the repository that a file is in, or its own folder.
local function root_of(path)
  local folder = vim.fn.fnamemodify(path, ':p:h')
  local upwards = vim.fn.escape(folder, ' ,;*\\') .. ';'
  local git = vim.fn.finddir('.git', upwards)
  if git == '' then
    git = vim.fn.findfile('.git', upwards) -- of a worktree it is a file
  end
  return git == '' and folder or (vim.fn.fnamemodify(git, ':p'):gsub('/%.git/?$', ''))
end

local function command()
  return { vim.g.cfnpipe_path or 'cfnpipe', 'lsp' }
end

local clients = {} -- by their folder, for Neovim 0.7

-- Has the language server look after a buffer.
function M.attach(buffer)
  if vim.fn.executable(command()[1]) == 0 then
    vim.notify_once(
      command()[1] .. ' is not there, so pipelines are not checked. Install cfnpipe, or set vim.g.cfnpipe_path to where it is.',
      vim.log.levels.WARN
    )
    return
  end
  local root = root_of(vim.api.nvim_buf_get_name(buffer))
  local config = { name = 'cfnpipe', cmd = command(), root_dir = root, capabilities = vim.lsp.protocol.make_client_capabilities() }
  if vim.lsp.start then
    vim.lsp.start(config, { bufnr = buffer })
    return
  end
  config.on_exit = function()
    clients[root] = nil
  end
  clients[root] = clients[root] or vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(buffer, clients[root])
end

-- How the server and the editor count the characters of a line.
local function encoding()
  for _, client in ipairs((vim.lsp.get_clients or vim.lsp.get_active_clients)()) do
    if client.name == 'cfnpipe' then
      return client.offset_encoding
    end
  end
  return 'utf-16'
end

-- Has the server execute a command about the buffer, and hands on what it answers.
local function execute(name, arguments, answered)
  local params = { command = name, arguments = vim.list_extend({ vim.uri_from_bufnr(0) }, arguments) }
  vim.lsp.buf_request(0, 'workspace/executeCommand', params, function(err, result)
    if err then
      vim.notify(err.message, vim.log.levels.ERROR)
    elseif result then
      answered(result)
    end
  end)
end

-- Shows a text that is not a file, in a window beside.
local function show(name, filetype, text)
  local buffer = vim.fn.bufnr('^' .. vim.fn.fnameescape(name) .. '$')
  if buffer < 0 then
    buffer = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(buffer, name)
  end
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(text:gsub('\n$', ''), '\n'))
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].filetype = filetype
  if vim.fn.bufwinid(buffer) < 0 then
    vim.cmd('vertical sbuffer ' .. buffer)
  end
end

-- :CfnpipeCompile shows what the configuration compiles to.
function M.compile()
  execute('cfnpipe.compile', {}, function(result)
    local open = function(file)
      if file then
        show('cfnpipe://' .. file.path, file.path:sub(-5) == '.json' and 'json' or 'markdown', file.text)
      end
    end
    if #result.files == 1 then
      open(result.files[1])
      return
    end
    vim.ui.select(result.files, {
      prompt = 'Which file?',
      format_item = function(file)
        return file.path
      end,
    }, open)
  end)
end

-- :CfnpipeExplain says what the block at the cursor becomes.
function M.explain()
  execute('cfnpipe.explain', { vim.lsp.util.make_position_params(0, encoding()).position }, function(result)
    show('cfnpipe://' .. result.title, 'markdown', result.markdown)
  end)
end

-- :CfnpipeGraph opens the picture of the pipeline in whatever shows pictures.
function M.graph()
  execute('cfnpipe.graph', {}, function(result)
    local path = vim.fn.tempname() .. '.svg'
    vim.fn.writefile(vim.split(result.svg, '\n'), path)
    if vim.ui.open then
      vim.ui.open(path)
    else
      vim.notify('The graph is in ' .. path)
    end
  end)
end

-- Called by plugin/cfnpipe.lua.
function M.setup()
  local group = vim.api.nvim_create_augroup('cfnpipe', {})
  vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
    group = group,
    pattern = '*.hcl',
    callback = function(event)
      if M.is_ours(vim.api.nvim_buf_get_name(event.buf)) then
        vim.bo[event.buf].filetype = 'cfnpipe'
      end
    end,
  })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = 'cfnpipe',
    callback = function(event)
      vim.api.nvim_buf_create_user_command(event.buf, 'CfnpipeCompile', M.compile, { desc = 'Show what the configuration compiles to' })
      vim.api.nvim_buf_create_user_command(event.buf, 'CfnpipeExplain', M.explain, { desc = 'Say what the block at the cursor becomes' })
      vim.api.nvim_buf_create_user_command(event.buf, 'CfnpipeGraph', M.graph, { desc = 'Show the picture of the pipeline' })
      if not vim.lsp.enable then
        M.attach(event.buf)
      end
    end,
  })
  if vim.lsp.enable then
    vim.lsp.config('cfnpipe', { cmd = command(), filetypes = { 'cfnpipe' }, root_markers = { '.git' } })
    vim.lsp.enable('cfnpipe')
  end
end

return M
