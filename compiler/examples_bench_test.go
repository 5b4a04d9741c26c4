package compiler_test

import "testing"

// BenchmarkExamples is each example from its source to its folder of templates.
func BenchmarkExamples(b *testing.B) {
	for _, name := range examples(b) {
		text := source(b, name)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				folder(b, compile(b, text))
			}
		})
	}
}
