package script_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

func TestBucketEmptier(t *testing.T) {
	program := script.BucketEmptier()
	if len(program) > 4096 {
		t.Errorf("%d bytes", len(program))
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.py"), []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	// By standard input: what the test opens itself, Go's test cache knows of.
	source, err := os.Open("testdata/empty_bucket_test.py")
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	test := exec.CommandContext(t.Context(), "python3", "-B", "-")
	test.Stdin, test.Env = source, append(os.Environ(), "PYTHONPATH="+dir)
	if out, err := test.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
