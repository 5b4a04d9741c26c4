package script_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

func TestStartOnPaths(t *testing.T) {
	// Read here, too, so that Go's test cache knows of it.
	data, err := os.ReadFile("../../../spec/glob/testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := filepath.Join(t.TempDir(), "cases.txt")
	if err := os.WriteFile(cases, data, 0o600); err != nil {
		t.Fatal(err)
	}
	runPython(t, script.StartOnPaths(), "start_on_paths_test.py", "CASES="+cases)
}
