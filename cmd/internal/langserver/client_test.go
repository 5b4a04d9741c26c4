package langserver

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// client is an editor, as far as a test needs one.
type client struct {
	t    testing.TB
	in   *io.PipeWriter
	done chan error

	mu        sync.Mutex
	arrived   *sync.Cond
	published map[string]publishParams // the last of each document
	counts    map[string]int
	answers   map[string]answer
	asked     map[string]int // requests of the server
	settled   map[string]int // the versions that were looked at as a whole
	nextID    int
	greeting  json.RawMessage // the answer to initialize
	ended     bool
}

type answer struct {
	Result json.RawMessage
	Error  *struct {
		Code    int
		Message string
	}
}

// readFolder reads the files of a folder as the command does.
func readFolder(folder string) (Reading, error) {
	entries, err := os.ReadDir(folder)
	if err != nil && !os.IsNotExist(err) {
		return Reading{}, err
	}
	var out Reading
	for _, entry := range entries {
		name := entry.Name()
		if !compiler.IsConfiguration(name) && !compiler.IsAssignments(name) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return Reading{}, err
		}
		source := compiler.Source{Name: filepath.Join(folder, name), Bytes: data}
		if compiler.IsConfiguration(name) {
			out.Sources = append(out.Sources, source)
			continue
		}
		out.Assignments = append(out.Assignments, source)
		if filepath.Ext(name[:len(name)-len(".vars.hcl")]) == ".auto" {
			out.Inputs = append(out.Inputs, compiler.Input{File: &source, Origin: source.Name, Lenient: true})
		}
	}
	return out, nil
}

// start starts a server and says hello to it, with the capabilities of an editor that has all.
func start(t testing.TB) *client { return greet(dial(t)) }

// greet says hello.
func greet(c *client) *client {
	c.call("initialize", capabilities(), &c.greeting)
	c.notify("initialized", map[string]any{})
	return c
}

func capabilities() any {
	return json.RawMessage(`{"capabilities": {
		"workspace": {"inlayHint": {"refreshSupport": true}, "didChangeWatchedFiles": {"dynamicRegistration": true}, "workspaceEdit": {"documentChanges": true}},
		"textDocument": {
			"completion": {"completionItem": {"snippetSupport": true}},
			"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}
		}}}`)
}

func dial(t testing.TB) *client { return dialWith(t, Host{}) }

// dialWith is dial with the timing of a host.
func dialWith(t testing.TB, host Host) *client {
	t.Helper()
	host.Read, host.Visible, host.Version = readFolder, func(s string) string { return s }, "test"
	toServer, in := io.Pipe()
	out, fromServer := io.Pipe()
	c := &client{
		t: t, in: in, done: make(chan error, 1), published: map[string]publishParams{}, counts: map[string]int{},
		answers: map[string]answer{}, asked: map[string]int{}, settled: map[string]int{},
	}
	c.arrived = sync.NewCond(&c.mu)
	go func() {
		c.done <- Serve(context.Background(), toServer, fromServer, host)
		_ = fromServer.Close()
	}()
	go c.listen(bufio.NewReader(out))
	t.Cleanup(func() { _ = in.Close() })
	return c
}

// listen takes in what the server says.
func (c *client) listen(out *bufio.Reader) {
	for {
		header, err := textproto.NewReader(out).ReadMIMEHeader()
		if err != nil {
			break
		}
		length, _ := strconv.Atoi(header.Get("Content-Length"))
		body := make([]byte, length)
		if _, err := io.ReadFull(out, body); err != nil {
			break
		}
		c.take(body)
	}
	c.mu.Lock()
	c.ended = true
	c.arrived.Broadcast()
	c.mu.Unlock()
}

func (c *client) take(body []byte) {
	var message struct {
		ID     json.RawMessage
		Method string
		Params json.RawMessage
		answer
	}
	if err := json.Unmarshal(body, &message); err != nil {
		c.t.Errorf("the server sent %s: %v", body, err)
		return
	}
	if message.Method != "" && len(message.ID) > 0 {
		go c.write(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":null}`, message.ID))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.arrived.Broadcast()
	switch message.Method {
	case "":
		c.answers[string(message.ID)] = message.answer
	case "textDocument/publishDiagnostics":
		var params publishParams
		if err := json.Unmarshal(message.Params, &params); err != nil {
			c.t.Error(err)
		}
		c.published[params.URI] = params
		c.counts[params.URI]++
	case "window/logMessage":
		c.t.Errorf("the server logs: %s", message.Params)
	default:
		c.asked[message.Method]++
		for uri, p := range c.published { // The server asks for new hints behind the diagnostics of a whole.
			if p.Version != nil {
				c.settled[uri] = *p.Version
			}
		}
	}
}

// write sends a message.
func (c *client) write(body string) {
	c.raw(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
}

// raw sends bytes as they are.
func (c *client) raw(text string) { _, _ = io.WriteString(c.in, text) }

func (c *client) notify(method string, params any) {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
	if err != nil {
		c.t.Fatal(err)
	}
	c.write(string(body))
}

// ask sends a request and returns its id.
func (c *client) ask(method string, params any) string {
	c.t.Helper()
	c.mu.Lock()
	c.nextID++
	id := strconv.Itoa(c.nextID)
	c.mu.Unlock()
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": json.RawMessage(id), "method": method, "params": params})
	if err != nil {
		c.t.Fatal(err)
	}
	c.write(string(body))
	return id
}

// answer waits for the answer to a request.
func (c *client) answer(id string) answer {
	c.t.Helper()
	c.wait(func() bool { _, there := c.answers[id]; return there })
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.answers[id]
	delete(c.answers, id)
	return a
}

// wait waits until something holds of what has arrived.
func (c *client) wait(holds func() bool) {
	c.t.Helper()
	late := time.AfterFunc(time.Minute, func() { c.mu.Lock(); c.ended = true; c.arrived.Broadcast(); c.mu.Unlock() })
	defer late.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for !holds() {
		if c.ended {
			c.t.Fatal("the server ended, or did not answer for a minute")
		}
		c.arrived.Wait()
	}
}

// call asks and reads the result; it fails the test on an error.
func (c *client) call(method string, params, result any) {
	c.t.Helper()
	a := c.answer(c.ask(method, params))
	if a.Error != nil {
		c.t.Fatalf("%s: %d %s", method, a.Error.Code, a.Error.Message)
	}
	if result != nil {
		if err := json.Unmarshal(a.Result, result); err != nil {
			c.t.Fatalf("%s: %v in %s", method, err, a.Result)
		}
	}
}

func (c *client) open(uri string, version int, text string) {
	c.t.Helper()
	c.notify("textDocument/didOpen", map[string]any{
		"textDocument": map[string]any{"uri": uri, "languageId": languageID, "version": version, "text": text},
	})
}

// replace sends the whole text of a document.
func (c *client) replace(uri string, version int, text string) {
	c.t.Helper()
	c.notify("textDocument/didChange", map[string]any{
		"textDocument": map[string]any{"uri": uri, "version": version}, "contentChanges": []any{map[string]any{"text": text}},
	})
}

// diagnostics waits for those of a version of a document.
func (c *client) diagnostics(uri string, version int) []diagnostic {
	c.t.Helper()
	c.wait(func() bool {
		p, there := c.published[uri]
		return there && p.Version != nil && *p.Version >= version
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.published[uri].Diagnostics
}

// quit ends the connection as an editor does, and returns what the server says about it.
func (c *client) quit() error {
	c.t.Helper()
	c.call("shutdown", nil, nil)
	c.notify("exit", nil)
	return <-c.done
}

// requestOf is a message with parameters.
func requestOf(params json.RawMessage) *jsonrpc2.Request {
	return &jsonrpc2.Request{Notif: true, Params: &params}
}
