package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestSurroundings runs the command under other locales, time zones, processors and folders: the output is the same to
// the byte, and so is what it says of a faulty configuration.
func TestSurroundings(t *testing.T) {
	t.Parallel()
	shop, err := os.ReadFile(filepath.Join("testdata", "shop.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, config := range [][]byte{shop, bytes.Replace(shop, []byte("pipeline"), []byte("pipelines"), 1)} {
		var want string
		for round := range 20 {
			cmd := exec.Command("cfnpipe", "compile", "-")
			cmd.Dir = t.TempDir()
			cmd.Env = append(os.Environ(),
				"TZ="+pick(round, "UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati", "nonsense"),
				"LC_ALL="+pick(round, "C", "tr_TR.UTF-8", "de_DE.ISO-8859-1", "ja_JP.eucJP", "nonsense", ""),
				"LANG="+pick(round, "", "ar_EG.UTF-8", "C.UTF-8"),
				"GOMAXPROCS="+pick(round, "1", "2", "3", "7"),
				"GOGC="+pick(round, "1", "100", "off"),
				"HOME="+pick(round, "/nowhere", cmd.Dir, ""),
				"TMPDIR="+pick(round, "/nowhere", cmd.Dir),
				"COLUMNS="+pick(round, "20", "200"),
				"TERM="+pick(round, "dumb", "xterm-256color", ""),
				fmt.Sprintf("ROUND=%d", round),
			)
			cmd.Stdin = bytes.NewReader(config)
			said, _ := cmd.CombinedOutput()
			if want == "" {
				want = string(said)
			}
			if got := string(said); got != want || got == "" {
				t.Errorf("round %d: the output differs:\n%.400s", round, got)
			}
			if left, _ := os.ReadDir(cmd.Dir); len(left) > 0 {
				t.Errorf("round %d: it left %v", round, left)
			}
		}
	}
}

func pick(round int, values ...string) string { return values[round%len(values)] }
