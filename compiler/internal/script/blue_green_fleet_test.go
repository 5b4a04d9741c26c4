package script_test

import (
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

func TestBlueGreenKeeper(t *testing.T) {
	runPython(t, script.BlueGreenKeeper(), "blue_green_fleet_test.py")
}
