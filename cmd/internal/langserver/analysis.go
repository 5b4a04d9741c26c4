package langserver

import (
	"sync"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler"
)

const (
	// quickly is how long the whole of a configuration may take for each key that is struck. Of a longer one the block that is being
	// written comes first, and the rest when the author pauses.
	quickly = 40 * time.Millisecond
	// pause is how long nothing is typed before the whole of a long configuration is looked at.
	pause = 150 * time.Millisecond
)

// analyst finds out what is wrong with a configuration, beside the answering of requests.
type analyst struct {
	server *server
	wake   chan struct{}
	done   chan struct{}

	mu        sync.Mutex
	want      *snapshot // the newest
	whole     *result   // of the last snapshot that was looked at as a whole
	published map[string]bool
	shown     shown // what was published last
	closed    bool

	last *snapshot // of the worker that makes them
}

// result is what there is to say about a snapshot.
type result struct {
	of      *snapshot
	diags   hcl.Diagnostics
	system  *compiler.System // nil if it is too faulty
	took    time.Duration
	becomes map[string][]resource // by the keys of blocks
}

// shown is what the editor shows, and of which texts.
type shown struct {
	of    *snapshot // nil if nothing was published yet
	diags hcl.Diagnostics
}

func newAnalyst(s *server) *analyst {
	a := &analyst{server: s, wake: make(chan struct{}, 1), done: make(chan struct{}), published: map[string]bool{}}
	go a.run()
	return a
}

// submit has a snapshot looked at. Those before it are not of interest any more.
func (a *analyst) submit(s *snapshot) {
	a.last = s
	a.mu.Lock()
	a.want = s
	a.mu.Unlock()
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// close ends the analysis and takes back what was published.
func (a *analyst) close() {
	a.mu.Lock()
	a.closed = true
	published := a.published
	a.published = map[string]bool{}
	a.mu.Unlock()
	close(a.done)
	for uri := range published {
		a.server.notify("textDocument/publishDiagnostics", publishParams{URI: uri, Diagnostics: []diagnostic{}})
	}
}

func (a *analyst) run() {
	for {
		select {
		case <-a.done:
			return
		case <-a.wake:
		}
		want, whole := a.newest()
		if whole != nil && whole.took > quickly {
			if diags, ok := quick(whole, want); ok {
				a.publish(want, diags)
			}
			if !a.idle() {
				continue
			}
		}
		a.settle(want)
	}
}

func (a *analyst) newest() (*snapshot, *result) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.want, a.whole
}

// idle waits for a pause; false if there is something new before it is over.
func (a *analyst) idle() bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-a.done:
		return false
	case <-a.wake:
		a.wake <- struct{}{}
		return false
	case <-timer.C:
		return true
	}
}

// settle looks at the whole of a snapshot.
func (a *analyst) settle(s *snapshot) {
	begin := time.Now()
	system, diags := compiler.Inspect(s.sources, s.inputs...)
	diags = append(diags, s.assignmentFaults()...)
	r := &result{of: s, diags: diags, system: system, took: time.Since(begin)}
	r.becomes = s.resources(system)
	a.mu.Lock()
	current := a.want == s && !a.closed
	if current {
		a.whole = r
	}
	a.mu.Unlock()
	if current {
		a.publish(s, diags)
		a.server.refreshInlays()
	}
}

// settled is the last result of a whole configuration, or nil.
func (a *analyst) settled() *result {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.whole
}

// showing is what was published last.
func (a *analyst) showing() shown {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.shown
}

// publish tells the editor what is wrong with a snapshot, unless there is a newer one.
func (a *analyst) publish(s *snapshot, diags hcl.Diagnostics) {
	byFile := s.diagnostics(diags)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.want != s || a.closed {
		return
	}
	a.shown = shown{s, diags}
	now := map[string]bool{}
	for name := range s.texts {
		uri := s.uris[name]
		list := byFile[name]
		if len(list) == 0 && s.open[name] == nil && !a.published[uri] {
			continue
		}
		if list == nil {
			list = []diagnostic{}
		}
		params := publishParams{URI: uri, Diagnostics: list}
		if doc := s.open[name]; doc != nil {
			params.Version = doc.version
		}
		a.server.notify("textDocument/publishDiagnostics", params)
		now[uri] = len(list) > 0 || s.open[name] != nil
	}
	for uri := range a.published {
		if _, there := now[uri]; !there {
			a.server.notify("textDocument/publishDiagnostics", publishParams{URI: uri, Diagnostics: []diagnostic{}})
		}
	}
	a.published = now
}
