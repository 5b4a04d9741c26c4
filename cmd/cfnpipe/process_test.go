package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// BenchmarkProcess is what a user waits for: the program from start to exit.
func BenchmarkProcess(b *testing.B) {
	program := filepath.Join(b.TempDir(), "cfnpipe")
	if out, err := exec.Command("go", "build", "-trimpath", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	const storefront = "../../examples/storefront/pipeline.hcl"
	for name, args := range map[string][]string{
		"version":             {"version"},
		"validate":            {"validate", storefront},
		"compile":             {"compile", storefront},
		"compile-to-a-folder": {"compile", "-o", b.TempDir() + "/", storefront},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := exec.Command(program, args...).Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
