// Package langserver speaks the Language Server Protocol about configurations in an editor.
//
// One goroutine reads messages into a queue, and one takes them from it in their order, so that every answer is about the text
// as the client has it at that moment; whatever takes longer, the diagnostics, is found out beside them.
package langserver

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/cfnpipe/cfnpipe/spec/assist"
)

// ErrNoShutdown says that the client ended without asking for a shutdown first.
var ErrNoShutdown = errors.New("the editor ended the connection without a shutdown")

// Codes of errors. Source: JSON-RPC 2.0, "Error object", and LSP 3.17, "ErrorCodes".
const (
	codeNotInitialized   = -32002
	codeRequestCancelled = -32800
	codeRequestFailed    = -32803
)

// server is one connection.
type server struct {
	host  Host
	conn  *jsonrpc2.Conn
	queue *queue

	phase  phase
	params initializeParams
	docs   map[string]*document
	units  map[string]*unit
}

// phase is how far a connection has come.
type phase int

const (
	fresh phase = iota
	running
	shutDown
)

// MakeRoom lets requests be answered while configurations are looked at. Go gives a processor to another goroutine after 10 ms; the
// operating system does so at once, if there are threads to choose from.
func MakeRoom() { runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 2) }

// Serve answers a client until it exits or its messages end. The error is ErrNoShutdown if it goes without a word.
func Serve(ctx context.Context, in io.Reader, out io.Writer, host Host) error {
	host.quickly, host.pause = cmp.Or(host.quickly, quickly), cmp.Or(host.pause, pause)
	s := &server{host: host, queue: newQueue(), docs: map[string]*document{}, units: map[string]*unit{}}
	stream, done := newStream(in, out), make(chan struct{})
	stream.ended = func() {
		s.queue.close()
		<-done
	}
	s.conn = jsonrpc2.NewConn(ctx, stream, s.queue, jsonrpc2.SetLogger(log.New(io.Discard, "", 0)))
	go func() {
		<-s.conn.DisconnectNotify()
		s.queue.close()
	}()
	for {
		request, ok := s.queue.next()
		if !ok || request.Method == "exit" {
			break
		}
		s.handle(ctx, request)
	}
	for _, u := range s.units {
		u.end()
	}
	ended := s.phase == shutDown
	close(done)
	_ = s.conn.Close()
	if !ended {
		return ErrNoShutdown
	}
	return nil
}

// queue is messages that wait, and which of the requests among them the client has taken back.
type queue struct {
	mu        sync.Mutex
	filled    *sync.Cond
	waiting   []*jsonrpc2.Request
	cancelled map[jsonrpc2.ID]bool
	closed    bool
}

func newQueue() *queue {
	q := &queue{cancelled: map[jsonrpc2.ID]bool{}}
	q.filled = sync.NewCond(&q.mu)
	return q
}

// Handle puts a message behind the others. A cancellation reaches a request that still waits.
func (q *queue) Handle(_ context.Context, _ *jsonrpc2.Conn, request *jsonrpc2.Request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if request.Method == "$/cancelRequest" {
		var params struct {
			ID jsonrpc2.ID `json:"id"`
		}
		if request.Params != nil && json.Unmarshal(*request.Params, &params) == nil {
			for _, waiting := range q.waiting {
				if !waiting.Notif && waiting.ID == params.ID {
					q.cancelled[params.ID] = true
				}
			}
		}
		return
	}
	q.waiting = append(q.waiting, request)
	q.filled.Signal()
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.filled.Broadcast()
}

// next waits for the next message; false if there will be none.
func (q *queue) next() (*jsonrpc2.Request, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 && !q.closed {
		q.filled.Wait()
	}
	if len(q.waiting) == 0 {
		return nil, false
	}
	request := q.waiting[0]
	q.waiting[0], q.waiting = nil, q.waiting[1:]
	return request, true
}

func (q *queue) isCancelled(id jsonrpc2.ID) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	cancelled := q.cancelled[id]
	delete(q.cancelled, id)
	return cancelled
}

// handle answers one message. A fault of ours costs that answer and nothing else.
func (s *server) handle(ctx context.Context, request *jsonrpc2.Request) {
	defer func() {
		if fault := recover(); fault != nil {
			s.failed(request.Method, fault)
			if !request.Notif {
				s.refuse(ctx, request, jsonrpc2.CodeInternalError, "cfnpipe failed to answer; its log has more")
			}
		}
	}()
	if request.Notif {
		if method, known := notifications()[request.Method]; known && s.phase == running {
			_ = method(s, request)
		}
		return
	}
	method, known := requests()[request.Method]
	switch {
	case s.queue.isCancelled(request.ID):
		s.refuse(ctx, request, codeRequestCancelled, "cancelled")
	case s.phase == fresh && request.Method != "initialize":
		s.refuse(ctx, request, codeNotInitialized, "the first request has to be initialize")
	case s.phase == shutDown || s.phase == running && request.Method == "initialize":
		s.refuse(ctx, request, jsonrpc2.CodeInvalidRequest, request.Method+" cannot be asked for now")
	case !known:
		s.refuse(ctx, request, jsonrpc2.CodeMethodNotFound, "cfnpipe knows no method "+request.Method)
	default:
		s.answer(ctx, request, method)
	}
}

// failed tells of a fault of ours, for a report.
func (s *server) failed(what string, fault any) {
	s.notify("window/logMessage", map[string]any{"type": 1, "message": fmt.Sprintf("cfnpipe: %s failed: %v\n%s", what, fault, debug.Stack())})
}

func (s *server) answer(ctx context.Context, request *jsonrpc2.Request, method func(*server, *jsonrpc2.Request) (any, error)) {
	result, err := method(s, request)
	var bad *badParams
	switch {
	case errors.As(err, &bad):
		s.refuse(ctx, request, jsonrpc2.CodeInvalidParams, err.Error())
	case err != nil:
		s.refuse(ctx, request, codeRequestFailed, err.Error())
	default:
		_ = s.conn.Reply(ctx, request.ID, result) // without a client nobody hears of it
	}
}

func (s *server) refuse(ctx context.Context, request *jsonrpc2.Request, code int64, message string) {
	_ = s.conn.ReplyWithError(ctx, request.ID, &jsonrpc2.Error{Code: code, Message: message})
}

func (s *server) notify(method string, params any) {
	_ = s.conn.Notify(context.Background(), method, params)
}

// ask sends a request whose answer does not matter.
func (s *server) ask(method string, params any) {
	_, _ = s.conn.DispatchCall(context.Background(), method, params)
}

// badParams says that what came with a request cannot be read.
type badParams struct{ err error }

func (b *badParams) Error() string { return "the parameters cannot be read: " + b.err.Error() }

// read reads what came with a message.
func read[T any](request *jsonrpc2.Request) (params T, err error) {
	if request.Params == nil || string(*request.Params) == "null" {
		return params, &badParams{errors.New("there are none")}
	}
	if err := json.Unmarshal(*request.Params, &params); err != nil {
		return params, &badParams{err}
	}
	return params, nil
}

// about makes a method of the answer to a question about a document; none is the answer about one that is not open, or not ours.
func about[P interface{ document() string }](answer func(*server, at, P) (any, error), none any) func(*server, *jsonrpc2.Request) (any, error) {
	return func(s *server, request *jsonrpc2.Request) (any, error) {
		params, err := read[P](request)
		if err != nil {
			return nil, err
		}
		here, ok := s.in(params.document())
		if !ok {
			return none, nil
		}
		return answer(s, here, params)
	}
}

// requests are the methods that are answered, by their names.
func requests() map[string]func(*server, *jsonrpc2.Request) (any, error) {
	return map[string]func(*server, *jsonrpc2.Request) (any, error){
		"initialize":                        (*server).initialize,
		"shutdown":                          (*server).shutdown,
		"textDocument/codeAction":           (*server).codeActions,
		"textDocument/completion":           about((*server).completion, completionList{Items: []completionItem{}}),
		"textDocument/definition":           about((*server).definition, []location{}),
		"textDocument/documentHighlight":    about((*server).highlights, []documentHighlight{}),
		"textDocument/documentSymbol":       about((*server).documentSymbols, []documentSymbol{}),
		"textDocument/foldingRange":         about((*server).folding, []foldingRange{}),
		"textDocument/formatting":           (*server).formatting,
		"textDocument/hover":                about((*server).hover, nil),
		"textDocument/inlayHint":            about((*server).inlayHints, []inlayHint{}),
		"textDocument/prepareRename":        about((*server).prepareRename, nil),
		"textDocument/references":           about((*server).references, []location{}),
		"textDocument/rename":               (*server).rename,
		"textDocument/selectionRange":       about((*server).selections, []*selectionRange{}),
		"textDocument/semanticTokens/full":  about((*server).semanticTokens, semanticTokens{[]int{}}),
		"textDocument/semanticTokens/range": about((*server).semanticTokensIn, semanticTokens{[]int{}}),
		"textDocument/signatureHelp":        about((*server).signature, nil),
		"workspace/executeCommand":          (*server).execute,
		"workspace/symbol":                  (*server).workspaceSymbols,
	}
}

// notifications are the messages that are listened to, by their names.
func notifications() map[string]func(*server, *jsonrpc2.Request) error {
	return map[string]func(*server, *jsonrpc2.Request) error{
		"initialized":                     (*server).initialized,
		"textDocument/didChange":          (*server).didChange,
		"textDocument/didClose":           (*server).didClose,
		"textDocument/didOpen":            (*server).didOpen,
		"textDocument/didSave":            (*server).didSave,
		"workspace/didChangeWatchedFiles": (*server).didChangeFiles,
	}
}

// at is a document that a request is about: the configuration around it, and the file in that.
type at struct {
	*snapshot
	file *assist.File
	text *text
}

// in finds the document of a request; false for one that is not open, or not ours.
func (s *server) in(uri string) (at, bool) {
	doc := s.docs[uri]
	if doc == nil || doc.unit == nil {
		return at{}, false
	}
	snap := doc.unit.snapshot()
	name := filepath.Base(baseName(uri))
	file := snap.file(name)
	return at{snap, file, snap.texts[name]}, file != nil
}
