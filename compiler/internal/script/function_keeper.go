package script

import _ "embed"

//go:embed function_stack.py
var functionKeeper string

// FunctionKeeper is the Python program, handler index.handler, of the custom resources Custom::FunctionStack and
// Custom::FunctionTarget.
func FunctionKeeper() string { return customResource(functionKeeper) }
