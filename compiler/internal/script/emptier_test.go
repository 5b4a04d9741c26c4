package script_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

func TestBucketEmptier(t *testing.T) {
	runPython(t, script.BucketEmptier(), "empty_bucket_test.py")
}

// runPython runs a test in Python, of the folder testdata, with a function's program as its module index, beside what tests
// of custom resources share.
func runPython(t *testing.T, program, name string, environment ...string) {
	t.Helper()
	// Lambda takes 4 MB (reference of AWS::Lambda::Function, Code), and a template with a few of these has to stay readable.
	if len(program) > 20480 {
		t.Errorf("%d bytes", len(program))
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.py"), []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	shared, err := os.ReadFile(filepath.Join("testdata", "answering.py"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "answering.py"), shared, 0o600); err != nil {
		t.Fatal(err)
	}
	// By standard input: what the test opens itself, Go's test cache knows of.
	source, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	test := exec.CommandContext(t.Context(), "python3", "-B", "-")
	test.Stdin, test.Env = source, append(append(os.Environ(), "PYTHONPATH="+dir), environment...)
	if out, err := test.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
