package script_test

import (
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

func TestFunctionKeeper(t *testing.T) {
	runPython(t, script.FunctionKeeper(), "function_stack_test.py")
}
