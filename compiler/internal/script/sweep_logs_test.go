package script_test

import (
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

func TestLogSweeper(t *testing.T) {
	runPython(t, script.LogSweeper(), "sweep_logs_test.py")
}
