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
	pause = 250 * time.Millisecond
)

// analyst finds out what is wrong with a configuration, beside the answering of requests.
type analyst struct {
	server *server
	wake   chan struct{} // for the block that is being written
	rouse  chan struct{} // for the whole
	done   chan struct{}

	mu        sync.Mutex
	want      *snapshot // the newest
	seen      *snapshot // the last one that was looked at as a whole
	known     *result   // of the last of those that could be expanded
	published map[string]bool
	shown     shown // what was published last
	closed    bool

	last *snapshot // of the worker that makes them
}

// result is what there is to say about a snapshot.
type result struct {
	of      *snapshot
	diags   hcl.Diagnostics
	took    time.Duration
	becomes map[string][]resource // by the keys of blocks
	origins map[string]string     // the keys of the blocks that resources are made for, by their logical ids
}

// shown is what the editor shows, and of which texts.
type shown struct {
	of    *snapshot // nil if nothing was published yet
	diags hcl.Diagnostics
}

func newAnalyst(s *server) *analyst {
	a := &analyst{server: s, wake: make(chan struct{}, 1), rouse: make(chan struct{}, 1), done: make(chan struct{}), published: map[string]bool{}}
	go a.follow()
	go a.settle()
	return a
}

// submit has a snapshot looked at. Those before it are not of interest any more.
func (a *analyst) submit(s *snapshot) {
	a.last = s
	a.mu.Lock()
	a.want = s
	a.mu.Unlock()
	signal(a.wake)
	signal(a.rouse)
}

// signal wakes whoever listens, now or later.
func signal(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

// end ends the analysis. One that is under way comes to its end, and nobody hears of it.
func (a *analyst) end() {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	close(a.done)
}

// close ends the analysis and takes back what was published.
func (a *analyst) close() {
	a.end()
	for uri := range a.published {
		a.server.notify("textDocument/publishDiagnostics", publishParams{URI: uri, Diagnostics: []diagnostic{}})
	}
}

// follow looks at the block that is being written, at every key, where the whole would take too long.
func (a *analyst) follow() {
	for a.awake(a.wake) {
		want, known := a.newest()
		if known == nil || known.took <= a.server.host.quickly {
			continue
		}
		a.guard(func() {
			if diags, ok := quick(known, want); ok {
				a.publish(want, diags, false)
			} else if diags := compiler.Check(want.sources, want.inputs...); diags.HasErrors() {
				a.publish(want, append(diags, want.assignmentFaults()...), false) // Of such a file no more is said, however long one looks.
			}
		})
	}
}

// settle looks at the whole, of a long configuration when the author pauses.
func (a *analyst) settle() {
	for a.awake(a.rouse) {
		if _, known := a.newest(); known != nil && known.took > a.server.host.quickly && !a.idle() {
			continue
		}
		want, _ := a.newest()
		a.guard(func() { a.look(want) })
	}
}

// look looks at the whole of a snapshot, which is over when the editor is told of it.
func (a *analyst) look(want *snapshot) {
	begin := time.Now()
	system, diags := compiler.Inspect(want.sources, want.inputs...)
	diags = append(diags, want.assignmentFaults()...)
	r := &result{of: want, diags: diags, took: time.Since(begin)}
	r.becomes, r.origins = want.resources(system)
	a.mu.Lock()
	a.seen = want
	if system != nil {
		a.known = r
	}
	a.mu.Unlock()
	a.publish(want, diags, true)
	a.server.refreshInlays()
}

// guard keeps a fault of ours from ending the server: it costs the diagnostics of one snapshot.
func (a *analyst) guard(look func()) {
	defer func() {
		if fault := recover(); fault != nil {
			a.server.failed("the analysis", fault)
		}
	}()
	look()
}

// awake waits to be woken; false when everything ends.
func (a *analyst) awake(by chan struct{}) bool {
	select {
	case <-a.done:
		return false
	case <-by:
		return true
	}
}

// newest is the newest snapshot, and the last result that it can be compared with; nil if there is none.
func (a *analyst) newest() (*snapshot, *result) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.want, a.known
}

// idle waits for a pause; false if there is something new before it is over.
func (a *analyst) idle() bool {
	timer := time.NewTimer(a.server.host.pause)
	defer timer.Stop()
	select {
	case <-a.done:
		return false
	case <-a.rouse:
		signal(a.rouse)
		return false
	case <-timer.C:
		return true
	}
}

// settled is the last result of a whole configuration that could be expanded, or nil.
func (a *analyst) settled() *result {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.known
}

// showing is what was published last.
func (a *analyst) showing() shown {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.shown
}

// publish tells the editor what is wrong with a snapshot, unless there is a newer one, or more is known about this one already.
func (a *analyst) publish(s *snapshot, diags hcl.Diagnostics, whole bool) {
	byFile := s.diagnostics(diags)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.want != s || a.closed || !whole && a.seen == s {
		return
	}
	a.shown = shown{s, diags}
	now := map[string]bool{}
	for name := range s.texts {
		uri := s.uris[name]
		list := byFile[name]
		if s.unit.folder == "" && s.open[name] == nil {
			continue // Several documents by themselves may stand beside the same values.
		}
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
