package langserver

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestManyClients has eight editors at work on one folder, each with a server of its own, while the files change.
func TestManyClients(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"pipeline.hcl": goodPipeline, "more.hcl": goodMore, "values.auto.vars.hcl": goodValues} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	for n := range 8 {
		c := greet(dialWith(t, Host{quickly: time.Duration(1 + n%2*int(time.Hour)), pause: time.Millisecond}))
		all.Go(func() {
			random := rand.New(rand.NewPCG(*seed, uint64(n)))
			version := 0
			for range 60 {
				version++
				name := []string{"pipeline.hcl", "more.hcl", "extra.hcl"}[random.IntN(3)]
				uri := fileURI(filepath.Join(folder, name))
				c.open(uri, version, edited(random, goodPipeline, 300, 600))
				for range random.IntN(5) {
					version++
					c.replace(uri, version, edited(random, goodPipeline, 300, 600))
				}
				if random.IntN(4) == 0 { // The folder changes under the others, too.
					_ = os.WriteFile(filepath.Join(folder, "extra.hcl"), fmt.Appendf(nil, "locals {\n  x%d = 1\n}\n", n), 0o644)
					c.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": uri}}})
				}
				c.everything(uri, Position{random.IntN(40), random.IntN(20)})
				if random.IntN(2) == 0 {
					c.notify("textDocument/didClose", map[string]any{"textDocument": documentID{uri}})
				}
			}
		})
	}
	all.Wait()
}

// TestNothingIsLeft counts what runs on after clients that went in the middle of something.
func TestNothingIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	text := long(t, 300)
	for n := range 6 {
		c := start(t)
		for i := range 3 {
			c.open(fmt.Sprintf("untitled:%d", i), 1, text)
		}
		if n%2 == 0 {
			_ = c.quit()
		}
		_ = c.in.Close()
		if n%2 != 0 {
			<-c.done
		}
	}
	for range 500 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines instead of %d:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
}

// TestManyDocuments opens and closes a thousand: nothing of them stays.
func TestManyDocuments(t *testing.T) {
	c := start(t)
	folder := t.TempDir()
	text := strings.Repeat(goodPipeline, 10)
	goroutines := 0
	var memory [2]runtime.MemStats
	for n := range 1000 {
		if n == 100 {
			goroutines = runtime.NumGoroutine()
			runtime.GC()
			runtime.ReadMemStats(&memory[0])
		}
		uri := fmt.Sprintf("untitled:%d", n)
		if n%2 == 0 {
			uri = fileURI(filepath.Join(folder, fmt.Sprint(n), "pipeline.hcl"))
		}
		c.open(uri, 1, text)
		c.replace(uri, 2, text+"x")
		c.notify("textDocument/didClose", map[string]any{"textDocument": documentID{uri}})
		if n%50 == 0 {
			c.call("workspace/symbol", map[string]any{"query": ""}, nil)
		}
	}
	var symbols []symbolInformation
	c.call("workspace/symbol", map[string]any{"query": ""}, &symbols)
	if len(symbols) != 0 {
		t.Errorf("it still knows %d symbols", len(symbols))
	}
	for range 500 {
		if runtime.NumGoroutine() <= goroutines {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if now := runtime.NumGoroutine(); now > goroutines+2 {
		t.Errorf("%d goroutines, and there were %d", now, goroutines)
	}
	runtime.GC()
	runtime.ReadMemStats(&memory[1])
	if grown := int64(memory[1].HeapAlloc) - int64(memory[0].HeapAlloc); grown > 20<<20 {
		t.Errorf("the memory has grown by %d MiB", grown>>20)
	}
	for _, p := range c.published {
		if len(p.Diagnostics) > 0 {
			t.Fatalf("it still says %v", p)
		}
	}
}

// TestCancel takes back requests that wait behind a long one.
func TestCancel(t *testing.T) {
	const uri = "untitled:pipeline.hcl"
	c := start(t)
	c.open(uri, 1, long(t, 5000))
	format := map[string]any{"textDocument": documentID{uri}, "options": map[string]any{}}
	var batch strings.Builder
	send := func(format string, args ...any) { batch.WriteString(framed(fmt.Sprintf(format, args...))) }
	long, err := json.Marshal(format)
	if err != nil {
		t.Fatal(err)
	}
	send(`{"jsonrpc":"2.0","id":"long","method":"textDocument/formatting","params":%s}`, long)
	for n := range 50 {
		send(`{"jsonrpc":"2.0","id":"n%d","method":"textDocument/documentSymbol","params":{"textDocument":{"uri":%q}}}`, n, uri)
	}
	for n := range 50 {
		if n%2 == 0 {
			send(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"n%d"}}`, n)
		}
	}
	c.raw(batch.String())
	for n := range 50 {
		a := c.answer(fmt.Sprintf(`"n%d"`, n))
		switch cancelled := a.Error != nil && a.Error.Code == codeRequestCancelled; {
		case n%2 == 0 && !cancelled:
			t.Errorf("request %d was taken back and is answered", n)
		case n%2 != 0 && a.Error != nil:
			t.Errorf("request %d: %v", n, a.Error)
		}
	}
	if a := c.answer(`"long"`); a.Error != nil {
		t.Error(a.Error)
	}
	if err := c.quit(); err != nil {
		t.Error(err)
	}
}

// TestNoStaleAnswer changes and asks in bursts: each answer is about the text as it was when it was asked for.
func TestNoStaleAnswer(t *testing.T) {
	const uri = "untitled:pipeline.hcl"
	c := start(t)
	c.open(uri, 1, "")
	random := rand.New(rand.NewPCG(*seed, 2))
	type question struct {
		id   string
		want int
	}
	count, version := 0, 1
	for range 20 {
		var asked []question
		for range 100 {
			version++
			switch random.IntN(3) {
			case 0:
				count = random.IntN(30)
				c.replace(uri, version, strings.Repeat("account \"a\" {}\n", count))
			case 1:
				count++
				c.notify("textDocument/didChange", map[string]any{
					"textDocument":   map[string]any{"uri": uri, "version": version},
					"contentChanges": []any{map[string]any{"range": Range{}, "text": "account \"b\" {}\n"}},
				})
			default:
				asked = append(asked, question{c.ask("textDocument/documentSymbol", map[string]any{"textDocument": documentID{uri}}), count})
			}
		}
		for _, q := range asked {
			var symbols []documentSymbol
			if err := json.Unmarshal(c.answer(q.id).Result, &symbols); err != nil {
				t.Fatal(err)
			}
			if len(symbols) != q.want {
				t.Fatalf("%d blocks, want %d", len(symbols), q.want)
			}
		}
	}
}
