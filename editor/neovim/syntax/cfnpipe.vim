" Colours until the language server has its own to add, and where an editor asks for none.
if exists('b:current_syntax')
  finish
endif

syntax match cfnpipeAttribute /\<[A-Za-z_][A-Za-z0-9_-]*\>\ze\s*=\%([=>]\)\@!/
syntax match cfnpipeBlock /\<[A-Za-z_][A-Za-z0-9_-]*\>\ze\%(\s*"[^"]*"\)*\s*{/
syntax match cfnpipeFunction /\<[A-Za-z_][A-Za-z0-9_-]*\>\ze(/
syntax match cfnpipeReference /\.\@<!\<\%(var\|local\|account\|param\|each\|aws\|resource\)\>\ze[.[]/
syntax keyword cfnpipeConstant true false null
syntax keyword cfnpipeType string number bool any list set map tuple object optional
syntax keyword cfnpipeControl for in if
syntax match cfnpipeNumber /\<\d\+\%(\.\d\+\)\?\>/
syntax region cfnpipeString start=/"/ skip=/\\./ end=/"\|$/ contains=cfnpipeEscape,cfnpipeTemplate
syntax region cfnpipeString matchgroup=cfnpipeControl start=/<<-\?\z([A-Za-z_][A-Za-z0-9_-]*\)$/ end=/^\s*\z1$/ contains=cfnpipeTemplate,cfnpipeEscape
syntax region cfnpipeTemplate matchgroup=cfnpipeControl start=/[$%]{/ end=/}/ contained contains=TOP
syntax match cfnpipeEscape /\\.\|\$\${\|%%{/ contained
syntax match cfnpipeComment /#.*$/ contains=@Spell
syntax match cfnpipeComment /\/\/.*$/ contains=@Spell
syntax region cfnpipeComment start=/\/\*/ end=/\*\// contains=@Spell

highlight default link cfnpipeAttribute Identifier
highlight default link cfnpipeBlock Statement
highlight default link cfnpipeFunction Function
highlight default link cfnpipeReference Special
highlight default link cfnpipeConstant Constant
highlight default link cfnpipeType Type
highlight default link cfnpipeControl PreProc
highlight default link cfnpipeNumber Number
highlight default link cfnpipeString String
highlight default link cfnpipeEscape SpecialChar
highlight default link cfnpipeComment Comment

let b:current_syntax = 'cfnpipe'
