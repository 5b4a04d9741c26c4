package langserver

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// long is a file of at least so many lines: the storefront example with more and more services.
func long(t testing.TB, lines int) string {
	t.Helper()
	example, err := os.ReadFile("../../../examples/storefront/pipeline.hcl")
	if err != nil {
		t.Fatal(err)
	}
	accounts, pipeline, found := strings.Cut(string(example), `pipeline "storefront"`)
	if !found {
		t.Fatal("the example has no pipeline")
	}
	var out strings.Builder
	out.WriteString(accounts)
	for n, have := 0, 0; have < lines; n++ {
		name := fmt.Sprintf("service-%d", n)
		text := strings.ReplaceAll(`pipeline "storefront"`+pipeline, "storefront", name)
		text = strings.ReplaceAll(text, "      environment ", fmt.Sprintf("      route {\n        paths    = [\"/%s/*\"]\n        priority = %d\n      }\n\n      environment ", name, n+1))
		text = strings.ReplaceAll(text, `path  = "/health"`, `path  = "/`+name+`/health"`)
		out.WriteString(text + "\n")
		have += strings.Count(text, "\n") + 1
	}
	return out.String()
}

// percentiles reports the median and the 99th percentile.
func percentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/median")
	b.ReportMetric(float64(took[(len(took)*99)/100].Microseconds())/1000, "ms/p99")
	b.ReportMetric(0, "ns/op")
}

// keys are where and what is typed: words of attributes all over the file, a key at a time, and taken back again.
func keys(text string) []Range {
	var out []Range
	t := newText([]byte(text))
	for at := 0; ; {
		i := strings.Index(text[at:], "    health_check  = ")
		if i < 0 {
			return out
		}
		at += i + len("    health_check  = \"/")
		p := t.position(at)
		out = append(out, Range{p, p})
	}
}

// BenchmarkKeystroke is the time from a key that is struck in a file of 5,000 lines until its diagnostics, or what may be completed there,
// have arrived. The diagnostics are those of the pipeline that is written, with all proofs, among all others. With "slowly" each key comes
// while the whole file is being looked at, after a pause; "whole" is until that has been done, and so the diagnostics between
// pipelines are there, too, but for the pause.
func BenchmarkKeystroke(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	MakeRoom()
	text := long(b, 5000)
	const uri = "untitled:pipeline.hcl"
	places := keys(text)
	typed := func(b *testing.B, between time.Duration, measure func(c *client, version int, at Position) time.Duration) {
		c := start(b)
		c.open(uri, 1, text)
		c.diagnostics(uri, 1)
		var took []time.Duration
		version := 1
		for b.Loop() {
			at := places[(version*7)%len(places)].Start
			change := func(r Range, with string) {
				version++
				c.notify("textDocument/didChange", map[string]any{
					"textDocument":   map[string]any{"uri": uri, "version": version},
					"contentChanges": []any{map[string]any{"range": r, "text": with}},
				})
			}
			begin := time.Now()
			change(Range{at, at}, "x")
			took = append(took, measure(c, version, at)+time.Since(begin))
			change(Range{at, Position{at.Line, at.Character + 1}}, "")
			c.diagnostics(uri, version)
			time.Sleep(between)
		}
		percentiles(b, took)
	}
	b.Run("diagnostics", func(b *testing.B) {
		typed(b, 0, func(c *client, version int, _ Position) time.Duration {
			c.diagnostics(uri, version)
			return 0
		})
	})
	b.Run("diagnostics-slowly", func(b *testing.B) {
		typed(b, pause+50*time.Millisecond, func(c *client, version int, _ Position) time.Duration {
			c.diagnostics(uri, version)
			return 0
		})
	})
	b.Run("completion", func(b *testing.B) {
		typed(b, 0, func(c *client, _ int, at Position) time.Duration {
			c.call("textDocument/completion", map[string]any{"textDocument": map[string]any{"uri": uri}, "position": Position{at.Line + 1, 6}}, nil)
			return 0
		})
	})
	b.Run("completion-slowly", func(b *testing.B) {
		typed(b, pause+50*time.Millisecond, func(c *client, _ int, at Position) time.Duration {
			c.call("textDocument/completion", map[string]any{"textDocument": map[string]any{"uri": uri}, "position": Position{at.Line + 1, 6}}, nil)
			return 0
		})
	})
	b.Run("whole", func(b *testing.B) {
		typed(b, 0, func(c *client, _ int, _ Position) time.Duration {
			c.mu.Lock()
			before := c.asked["workspace/inlayHint/refresh"]
			c.mu.Unlock()
			c.wait(func() bool { return c.asked["workspace/inlayHint/refresh"] > before })
			return -pause
		})
	})
}
