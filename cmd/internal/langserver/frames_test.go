package langserver

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// framed is a body behind a header that is right.
func framed(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }

const (
	probe = "untitled:probe" // the document that every case has open
	valid = `{"jsonrpc":"2.0","id":"extra","method":"textDocument/hover","params":{"textDocument":{"uri":"untitled:probe"},"position":{"line":0,"character":1}}}`
)

// malformed are bytes that a client should not send, by what is wrong with them. None may keep the next message from being answered.
var malformed = map[string]string{
	"no length":                "Content-Type: x\r\n\r\n" + valid,
	"no length, no body":       "Content-Type: x\r\n\r\n",
	"no header":                valid,
	"no header, several lines": "{\n\"jsonrpc\": \"2.0\"\n}\n",
	"two lengths":              "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
	"the same length twice":    fmt.Sprintf("Content-Length: %d\r\n%s", len(valid), framed(valid)),
	"negative length":          "Content-Length: -5\r\n\r\nhello",
	"length of letters":        "Content-Length: a\r\n\r\nhello",
	"no length in the field":   "Content-Length:\r\n\r\nhello",
	"length with a sign":       "Content-Length: +5\r\n\r\nhello",
	"hexadecimal length":       "Content-Length: 0x5\r\n\r\nhello",
	"length with a point":      "Content-Length: 5.0\r\n\r\nhello",
	"huge length":              "Content-Length: 99999999999999999999999\r\n\r\n" + valid,
	"length of two gigabytes":  "Content-Length: 2147483647\r\n\r\n" + valid,
	"length of 64 MiB and 1":   "Content-Length: 67108865\r\n\r\n" + valid,
	"no bytes":                 "Content-Length: 0\r\n\r\n",
	"length that is too short": "Content-Length: 10\r\n\r\n" + valid,
	"field in small letters":   strings.Replace(framed(valid), "Content-Length", "content-length", 1),
	"field in capitals":        strings.Replace(framed(valid), "Content-Length", "CONTENT-LENGTH", 1),
	"no space":                 strings.Replace(framed(valid), ": ", ":", 1),
	"space before the colon":   strings.Replace(framed(valid), ":", " :", 1),
	"tabs":                     strings.Replace(framed(valid), ": ", ":\t\t", 1),
	"lines end in LF":          strings.ReplaceAll(framed(valid), "\r\n", "\n"),
	"type with a charset":      "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n" + framed(valid),
	"unknown charset":          "Content-Type: application/vscode-jsonrpc; charset=utf-7\r\n" + framed(valid),
	"other fields":             "X-One: 1\r\nX-Two: 2\r\n" + framed(valid),
	"a line without a colon":   "nonsense\r\n" + framed(valid),
	"a very long line":         "X: " + strings.Repeat("x", 1<<20) + "\r\n" + framed(valid),
	"a long line, no end":      strings.Repeat("x", 1<<20),
	"blank lines before":       "\r\n\r\n\n\n" + framed(valid),
	"a BOM before the header":  "\ufeff" + framed(valid),
	"NUL before the header":    "\x00\x00" + framed(valid),
	"two messages":             framed(valid) + framed(valid),

	"a BOM in the body":     framed("\ufeff" + valid),
	"invalid UTF-8":         framed(strings.Replace(valid, "probe", "pro\xff\xfebe", 1)),
	"only invalid UTF-8":    framed("\xff\xfe\x00"),
	"half a body":           framed(valid[:40]),
	"two bodies":            framed(valid + valid),
	"deep objects":          framed(strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000)),
	"deep arrays":           framed(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)),
	"deep, open":            framed(strings.Repeat("[", 100_000)),
	"deep parameters":       framed(`{"jsonrpc":"2.0","id":"extra","method":"initialize","params":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`),
	"a batch":               framed("[" + valid + "," + valid + "]"),
	"an empty batch":        framed("[]"),
	"a number":              framed("1"),
	"a text":                framed(`"hello"`),
	"null":                  framed("null"),
	"true":                  framed("true"),
	"an empty object":       framed("{}"),
	"an empty message":      framed(`{"jsonrpc":"2.0"}`),
	"another version":       framed(strings.Replace(valid, "2.0", "1.0", 1)),
	"no version":            framed(strings.Replace(valid, `"jsonrpc":"2.0",`, "", 1)),
	"name in other case":    framed(strings.Replace(valid, `"method"`, `"METHOD"`, 1)),
	"name twice":            framed(strings.Replace(valid, `"method"`, `"method":"initialize","method"`, 1)),
	"request and response":  framed(strings.Replace(valid, `"method"`, `"result":1,"method"`, 1)),
	"method is a number":    framed(`{"jsonrpc":"2.0","id":"extra","method":1}`),
	"method is null":        framed(`{"jsonrpc":"2.0","id":"extra","method":null}`),
	"method is empty":       framed(`{"jsonrpc":"2.0","id":"extra","method":""}`),
	"method is long":        framed(`{"jsonrpc":"2.0","id":"extra","method":"` + strings.Repeat("x", 1<<20) + `"}`),
	"unknown request":       framed(`{"jsonrpc":"2.0","id":"extra","method":"textDocument/fly"}`),
	"unknown notification":  framed(`{"jsonrpc":"2.0","method":"textDocument/fly"}`),
	"optional notification": framed(`{"jsonrpc":"2.0","method":"$/fly","params":{}}`),
	"optional request":      framed(`{"jsonrpc":"2.0","id":"extra","method":"$/fly","params":{}}`),

	"id is null":          framed(strings.Replace(valid, `"extra"`, "null", 1)),
	"id has a point":      framed(strings.Replace(valid, `"extra"`, "1.5", 1)),
	"id has an exponent":  framed(strings.Replace(valid, `"extra"`, "1e3", 1)),
	"id is negative":      framed(strings.Replace(valid, `"extra"`, "-7", 1)),
	"id is huge":          framed(strings.Replace(valid, `"extra"`, "99999999999999999999", 1)),
	"id is beyond int64":  framed(strings.Replace(valid, `"extra"`, "9223372036854775808", 1)),
	"id is an object":     framed(strings.Replace(valid, `"extra"`, `{"a":1}`, 1)),
	"id is a list":        framed(strings.Replace(valid, `"extra"`, `[1]`, 1)),
	"id is true":          framed(strings.Replace(valid, `"extra"`, `true`, 1)),
	"id is empty":         framed(strings.Replace(valid, `"extra"`, `""`, 1)),
	"id is zero":          framed(strings.Replace(valid, `"extra"`, `0`, 1)),
	"id is long":          framed(strings.Replace(valid, `extra`, strings.Repeat("x", 1<<20), 1)),
	"id is no text":       framed(strings.Replace(valid, `extra`, `\ud800`, 1)),
	"id of another":       framed(valid) + framed(valid),
	"unknown response":    framed(`{"jsonrpc":"2.0","id":4711,"result":null}`),
	"unknown error":       framed(`{"jsonrpc":"2.0","id":4711,"error":{"code":1,"message":"x"}}`),
	"error without an id": framed(`{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}`),
	"error is a text":     framed(`{"jsonrpc":"2.0","id":1,"error":"x"}`),
	"result and error":    framed(`{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":"x"}}`),

	"a request as a notification": framed(strings.Replace(valid, `"id":"extra",`, "", 1)),
	"a notification as a request": framed(`{"jsonrpc":"2.0","id":"extra","method":"textDocument/didChange","params":{}}`),
	"initialize again":            framed(`{"jsonrpc":"2.0","id":"extra","method":"initialize","params":{"capabilities":{}}}`),
	"initialized again":           framed(`{"jsonrpc":"2.0","method":"initialized","params":{}}`),

	"cancel without parameters": framed(`{"jsonrpc":"2.0","method":"$/cancelRequest"}`),
	"cancel without an id":      framed(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{}}`),
	"cancel what is unknown":    framed(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"never"}}`),
	"cancel what is to come":    framed(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":3}}`),
	"cancel what is answered":   framed(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}`),
	"cancel null":               framed(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":null}}`),
	"cancel an object":          framed(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{}}}`),
	"cancel as a request":       framed(`{"jsonrpc":"2.0","id":"extra","method":"$/cancelRequest","params":{"id":1}}`),
}

// lost is how many messages behind one are taken for a part of it.
var lost = map[string]string{
	"length that is too long": fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(valid)+7, valid),
	"length of the next, too": fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(valid)+120, valid),
}

// opened is a client that has the probe open.
func opened(t testing.TB) *client {
	c := start(t)
	c.open(probe, 1, "account \"tools\" {\n  id = \"111111111111\"\n}\n")
	c.answers0()
	return c
}

// answers0 asks about the probe and wants the answer to be right.
func (c *client) answers0() {
	c.t.Helper()
	var got hover
	c.call("textDocument/hover", map[string]any{"textDocument": documentID{probe}, "position": Position{0, 1}}, &got)
	if got.Contents == nil || !strings.Contains(got.Contents.Value, "account") {
		c.t.Fatalf("the hint is %+v", got)
	}
}

func TestMalformedFrames(t *testing.T) {
	c := opened(t)
	for name, text := range malformed {
		c.raw(text)
		c.answers0()
		if t.Failed() {
			t.Fatal(name)
		}
	}
	for name, text := range lost {
		c.raw(text)
		c.raw(framed(valid)) // goes with it
		c.answers0()
		if t.Failed() {
			t.Fatal(name)
		}
	}
	if err := c.quit(); err != nil {
		t.Error(err)
	}
}

// TestFrameByFrame sends each case to a server of its own, byte by byte or in one write with what follows.
func TestFrameByFrame(t *testing.T) {
	for name, text := range malformed {
		if len(text) > 10_000 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := opened(t)
			for i := range len(text) {
				c.raw(text[i : i+1])
			}
			c.answers0()
			c.raw(text + framed(`{"jsonrpc":"2.0","id":"behind","method":"workspace/symbol","params":{"query":"tools"}}`))
			if a := c.answer(`"behind"`); a.Error != nil || !bytes.Contains(a.Result, []byte("tools")) {
				t.Errorf("%+v", a)
			}
			if err := c.quit(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRefusals wants what cannot be answered to be refused under its own id.
func TestRefusals(t *testing.T) {
	c := opened(t)
	for name, want := range map[string]struct {
		id   string
		code int
	}{
		"id has a point": {"1.5", -32600}, "id is negative": {"-7", -32600}, "id is an object": {"null", -32600}, "a batch": {"null", -32600},
		"unknown request": {`"extra"`, -32601}, "optional request": {`"extra"`, -32601}, "initialize again": {`"extra"`, -32600},
		"half a body": {"null", -32700}, "huge length": {"null", -32700}, "no length": {"null", -32700}, "method is null": {`"extra"`, -32600},
	} {
		c.mu.Lock()
		delete(c.answers, want.id)
		c.mu.Unlock()
		c.raw(malformed[name])
		c.answers0()
		a := c.answer(want.id)
		if a.Error == nil || a.Error.Code != want.code {
			t.Errorf("%s is answered with %+v", name, a.Error)
		}
	}
}

// wrongParams are parameters of which no method can make anything.
var wrongParams = []string{
	``, `,"params":null`, `,"params":[]`, `,"params":{}`, `,"params":[1,2,3]`, `,"params":"x"`, `,"params":7`, `,"params":true`,
	`,"params":{"textDocument":null,"position":null}`, `,"params":{"textDocument":[],"position":"x"}`, `,"params":{"textDocument":{"uri":7}}`,
	`,"params":{"textDocument":{"uri":null},"position":{"line":null}}`, `,"params":{"textDocument":{"uri":""}}`,
	`,"params":{"textDocument":{"uri":"untitled:probe"}}`,
	`,"params":{"textDocument":{"uri":"untitled:probe"},"position":{"line":-1,"character":-1},"range":null,"contentChanges":null,"positions":null}`,
	`,"params":{"textDocument":{"uri":"untitled:probe"},"position":{"line":1.5,"character":"2"},"range":[],"contentChanges":{},"positions":{}}`,
	`,"params":{"textDocument":{"uri":"untitled:probe"},"position":{"line":99999999999999999999,"character":0}}`,
	`,"params":{"textDocument":{"uri":"untitled:probe"},"position":{"line":9223372036854775807,"character":9223372036854775807},"newName":"","positions":[{"line":-9,"character":-9}],"range":{"start":{"line":9,"character":9},"end":{"line":-1,"character":-1}},"context":{"diagnostics":[null,1,{}, {"source":"cfnpipe","message":"Unknown variable \"x\"","range":{"start":{"line":9,"character":9},"end":{"line":1,"character":-1}}}],"only":[""]}}`,
	`,"params":{"textDocument":{"uri":"untitled:probe","text":7},"contentChanges":[null,{"range":null},{"range":{}}],"changes":[null,{}]}`,
	`,"params":{"command":"cfnpipe.compile","arguments":[]}`, `,"params":{"command":"cfnpipe.explain","arguments":["untitled:probe"]}`,
	`,"params":{"command":"cfnpipe.explain","arguments":["untitled:probe",{"line":-7}]}`, `,"params":{"command":"","arguments":["untitled:probe"]}`,
	`,"params":{"command":"cfnpipe.graph","arguments":[{}]}`, `,"params":{"changes":[{"uri":7}],"query":7}`,
}

// TestWrongParameters sends every method what is wrong, as a request and as a notification.
func TestWrongParameters(t *testing.T) {
	var methods []string
	for method := range requests() {
		methods = append(methods, method)
	}
	for method := range notifications() {
		methods = append(methods, method)
	}
	slices.Sort(methods)
	c := opened(t)
	for _, method := range methods {
		if method == "shutdown" || method == "initialize" {
			continue
		}
		for i, params := range wrongParams {
			c.write(fmt.Sprintf(`{"jsonrpc":"2.0","id":"wrong","method":%q%s}`, method, params))
			if a := c.answer(`"wrong"`); i < 3 && a.Error == nil {
				t.Errorf("%s answers %s to %q", method, a.Result, params)
			}
			c.write(fmt.Sprintf(`{"jsonrpc":"2.0","method":%q%s}`, method, params))
			if strings.HasPrefix(method, "textDocument/did") {
				c.open(probe, 1, "account \"tools\" {\n  id = \"111111111111\"\n}\n")
			}
			c.answers0()
			if t.Failed() {
				t.Fatal(method, params)
			}
		}
	}
	if err := c.quit(); err != nil {
		t.Error(err)
	}
}

// TestLifecycle goes through the states of a connection in the wrong order.
func TestLifecycle(t *testing.T) {
	hello := `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}`
	bye := `{"jsonrpc":"2.0","id":2,"method":"shutdown"}`
	exit := `{"jsonrpc":"2.0","method":"exit"}`
	for name, test := range map[string]struct {
		send  []string
		codes []int // of the answers; 0 is a result
		ended error
	}{
		"as it should be":             {[]string{hello, bye, exit}, []int{0, 0}, nil},
		"exit at once":                {[]string{exit}, nil, ErrNoShutdown},
		"the end at once":             {nil, nil, ErrNoShutdown},
		"exit without a shutdown":     {[]string{hello, exit}, []int{0}, ErrNoShutdown},
		"the end without a shutdown":  {[]string{hello}, []int{0}, ErrNoShutdown},
		"the end after a shutdown":    {[]string{hello, bye}, []int{0, 0}, nil},
		"shutdown first":              {[]string{bye, exit}, []int{-32002}, ErrNoShutdown},
		"shutdown twice":              {[]string{hello, bye, strings.Replace(bye, "2", "3", 2), exit}, []int{0, 0, -32600}, nil},
		"a request first":             {[]string{valid, exit}, []int{-32002}, ErrNoShutdown},
		"a request after a shutdown":  {[]string{hello, bye, valid, exit}, []int{0, 0, -32600}, nil},
		"hello after a shutdown":      {[]string{hello, bye, hello, exit}, []int{0, 0, -32600}, nil},
		"a notification first":        {[]string{`{"jsonrpc":"2.0","method":"initialized","params":{}}`, hello, bye, exit}, []int{0, 0}, nil},
		"hello without parameters":    {[]string{`{"jsonrpc":"2.0","id":1,"method":"initialize"}`, hello, bye, exit}, []int{-32602, 0, 0}, nil},
		"hello with strange ones":     {[]string{`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":[]}}`, hello, bye, exit}, []int{-32602, 0, 0}, nil},
		"what follows exit is nobody": {[]string{hello, bye, exit, valid}, []int{0, 0}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var in, out bytes.Buffer
			for _, body := range test.send {
				in.WriteString(framed(body))
			}
			ended := Serve(context.Background(), &in, &out, Host{Read: readFolder, Visible: func(s string) string { return s }})
			if !errors.Is(ended, test.ended) {
				t.Errorf("it ends with %v", ended)
			}
			var codes []int
			for r := newStream(&out, io.Discard); ; {
				body, err := r.frame()
				if err != nil {
					break
				}
				var a struct{ Error struct{ Code int } }
				if err := json.Unmarshal(body, &a); err != nil {
					t.Error(err)
				}
				codes = append(codes, a.Error.Code)
			}
			if !slices.Equal(codes, test.codes) {
				t.Errorf("the answers are %v, want %v", codes, test.codes)
			}
		})
	}
}

// TestEndInsideOfAMessage ends the input at every byte of a short conversation.
func TestEndInsideOfAMessage(t *testing.T) {
	text := framed(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}`) + framed(valid)
	for i := range len(text) {
		err := Serve(context.Background(), strings.NewReader(text[:i]), io.Discard, Host{Read: readFolder, Visible: func(s string) string { return s }})
		if !errors.Is(err, ErrNoShutdown) {
			t.Fatalf("after %d bytes it ends with %v", i, err)
		}
	}
}

// TestDeafClient is one that reads nothing any more: what it sends is still taken in, and the server ends when it does.
func TestDeafClient(t *testing.T) {
	toServer, in := io.Pipe()
	out, fromServer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- Serve(context.Background(), toServer, fromServer, Host{Read: readFolder, Visible: func(s string) string { return s }})
	}()
	write := func(body string) { _, _ = io.WriteString(in, framed(body)) }
	write(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}`)
	if _, err := newStream(bufio.NewReader(out), io.Discard).frame(); err != nil {
		t.Fatal(err)
	}
	_ = out.Close()
	for range 1000 {
		write(valid)
	}
	write(`{"jsonrpc":"2.0","id":2,"method":"shutdown"}`)
	write(`{"jsonrpc":"2.0","method":"exit"}`)
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the server does not end")
	}
}

// uris are names of documents, of which some can be no file's.
var uris = []string{
	"", ".", "..", "/", "//", ":", "::", "a", "pipeline.hcl", "./pipeline.hcl", "/etc/pipeline.hcl", "#", "?", "%", "%zz", "file", "file:", "file:/",
	"file://", "file:///", "file:////", "file:///.", "file:///..", "file:///nowhere/pipeline.hcl", "file:///nowhere/../pipeline.hcl",
	"file:/nowhere/pipeline.hcl", "file://host/share/pipeline.hcl", "file://localhost/nowhere/pipeline.hcl", "file:///nowhere/pipeline.hcl?x#y",
	"file:///c%3A/x/pipeline.hcl", "file:///C:/x/pipeline.hcl", `file:///C:\x\pipeline.hcl`, "file:///nowhere/a b/pipeline.hcl", "file:///nowhere/a%20b/pipeline.hcl",
	"file:///nowhere/%70ipeline.hcl", "file:///nowhere/%zz/pipeline.hcl", "file:///nowhere/ä/pipeline.hcl", "file:///nowhere/%C3%A4/pipeline.hcl",
	"file:///nowhere/a%CC%88/pipeline.hcl", "file:///nowhere/%ff/pipeline.hcl", "file:///nowhere/%00/pipeline.hcl", "file:///nowhere/\x00/pipeline.hcl",
	"file:///nowhere/😀.pipeline.hcl", "FILE:///nowhere/pipeline.hcl", "file:///nowhere/.pipeline.hcl", "file:///nowhere/x.auto.vars.hcl", "file:///nowhere/x.hcl.json",
	"untitled:Untitled-1", "untitled:", "untitled:/nowhere/pipeline.hcl", "untitled:x.vars.hcl", "untitled:x.hcl.json", "untitled:..", "untitled:😀",
	"git:/nowhere/pipeline.hcl?%7B%22ref%22%3A%22%22%7D", "vscode-notebook-cell:/nowhere/x.ipynb#W0sZmlsZQ", "vscode-vfs://github/x/y/pipeline.hcl",
	"http://example.com/pipeline.hcl", "javascript:alert(1)", "data:,x", "file:///nowhere/" + strings.Repeat("x", 64<<10) + "/pipeline.hcl",
	"untitled:" + strings.Repeat("x", 64<<10), strings.Repeat("file:///", 1000), "file:///nowhere/" + strings.Repeat("../", 5000) + "pipeline.hcl",
}

// TestURIs opens, asks about, changes, saves and closes documents of all names, one by one and all at once.
func TestURIs(t *testing.T) {
	const text = "account \"tools\" {\n  id = \"111111111111\"\n}\n"
	c := opened(t)
	all := append(slices.Clone(uris), fileURI(t.TempDir()))
	visit := func(uri string) {
		c.open(uri, 1, text)
		c.everything(uri, Position{0, 2})
		c.replace(uri, 2, "x"+text)
		c.notify("textDocument/didSave", map[string]any{"textDocument": documentID{uri}})
		c.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": uri, "type": 2}}})
		c.everything(uri, Position{1, 3})
	}
	for _, uri := range all {
		visit(uri)
		c.notify("textDocument/didClose", map[string]any{"textDocument": documentID{uri}})
		c.everything(uri, Position{1, 3})
		c.answers0()
	}
	for _, uri := range all {
		visit(uri)
	}
	for _, uri := range all {
		c.notify("textDocument/didClose", map[string]any{"textDocument": documentID{uri}})
	}
	c.answers0()
	if err := c.quit(); err != nil {
		t.Error(err)
	}
}

// everything asks all that may be asked about a position. Whatever is answered, something is.
func (c *client) everything(uri string, at Position) map[string]string {
	c.t.Helper()
	ids := map[string]string{}
	for method, params := range questions(uri, at) {
		ids[method] = c.ask(method, params)
	}
	out := map[string]string{}
	for method, id := range ids {
		a := c.answer(id)
		if a.Error != nil {
			out[method] = a.Error.Message
			if a.Error.Code != codeRequestFailed {
				c.t.Errorf("%s: %d %s", method, a.Error.Code, a.Error.Message)
			}
			continue
		}
		out[method] = string(a.Result)
	}
	return out
}

// questions are all methods that ask about a document.
func questions(uri string, at Position) map[string]any {
	doc := documentID{uri}
	place := map[string]any{"textDocument": doc, "position": at}
	part := map[string]any{"textDocument": doc, "range": Range{End: Position{1 << 30, 0}}}
	whole := map[string]any{"textDocument": doc}
	return map[string]any{
		"textDocument/codeAction":           map[string]any{"textDocument": doc, "range": Range{at, at}, "context": map[string]any{"diagnostics": []any{}}},
		"textDocument/completion":           place,
		"textDocument/definition":           place,
		"textDocument/documentHighlight":    place,
		"textDocument/documentSymbol":       whole,
		"textDocument/foldingRange":         whole,
		"textDocument/formatting":           map[string]any{"textDocument": doc, "options": map[string]any{"tabSize": 8}},
		"textDocument/hover":                place,
		"textDocument/inlayHint":            part,
		"textDocument/prepareRename":        place,
		"textDocument/references":           map[string]any{"textDocument": doc, "position": at, "context": map[string]any{"includeDeclaration": true}},
		"textDocument/rename":               map[string]any{"textDocument": doc, "position": at, "newName": "renamed"},
		"textDocument/selectionRange":       map[string]any{"textDocument": doc, "positions": []Position{at}},
		"textDocument/semanticTokens/full":  whole,
		"textDocument/semanticTokens/range": part,
		"textDocument/signatureHelp":        place,
		"workspace/symbol":                  map[string]any{"query": "t"},
	}
}

// TestWrongEdits changes and closes what is not open, opens twice, and edits where nothing is.
func TestWrongEdits(t *testing.T) {
	const uri = "untitled:pipeline.hcl"
	edit := func(r string, text string) string {
		return fmt.Sprintf(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":%q,"version":%%s},"contentChanges":[{"range":%s,"text":%q}]}}`, uri, r, text)
	}
	span := func(a, b, c, d int) string {
		return fmt.Sprintf(`{"start":{"line":%d,"character":%d},"end":{"line":%d,"character":%d}}`, a, b, c, d)
	}
	for name, test := range map[string]struct{ text, send, want string }{
		"not open":                        {"", "", ""},
		"beyond the last line":            {"a\nb", edit(span(9, 9, 9, 9), "x"), "a\nbx"},
		"beyond the end of a line":        {"a\nb", edit(span(0, 99, 0, 99), "x"), "ax\nb"},
		"beyond the end, CRLF":            {"a\r\nb", edit(span(0, 99, 0, 99), "x"), "ax\r\nb"},
		"CR by itself":                    {"a\rb", edit(span(1, 0, 1, 1), "x"), "a\rx"},
		"from the end of a line":          {"a\nb", edit(span(0, 1, 1, 0), ""), "ab"},
		"reversed":                        {"abc", edit(span(0, 2, 0, 1), "x"), "axc"},
		"negative":                        {"abc", edit(span(-1, -1, 0, 1), "x"), "xbc"},
		"in the middle of a pair":         {"a😀b", edit(span(0, 2, 0, 2), "x"), "ax😀b"},
		"half a pair":                     {"a😀b", edit(span(0, 2, 0, 3), ""), "ab"},
		"behind a pair":                   {"a😀b", edit(span(0, 3, 0, 4), "x"), "a😀x"},
		"half a pair as the text":         {"ab", strings.Replace(edit(span(0, 1, 0, 1), "x"), `"x"`, `"\ud83d"`, 1), "a\ufffdb"},
		"a pair as the text":              {"ab", strings.Replace(edit(span(0, 1, 0, 1), "x"), `"x"`, `"\ud83d\ude00"`, 1), "a😀b"},
		"a BOM":                           {"\ufeffab", edit(span(0, 1, 0, 2), "x"), "\ufeffxb"},
		"NUL":                             {"a\x00b", edit(span(0, 1, 0, 2), "x"), "axb"},
		"a text without a range":          {"ab", strings.Replace(edit("null", "x"), `"range":null,`, "", 1), "x"},
		"range is null":                   {"ab", edit("null", "x"), "x"},
		"no changes":                      {"ab", strings.Replace(edit("null", "x"), `{"range":null,"text":"x"}`, "", 1), "ab"},
		"changes that cannot be read":     {"ab", edit(`"x"`, "x"), "ab"},
		"an old form, with rangeLength":   {"ab", strings.Replace(edit(span(0, 0, 0, 1), "x"), `"text"`, `"rangeLength":7,"text"`, 1), "xb"},
		"several, each after the other":   {"ab", strings.Replace(edit(span(0, 0, 0, 0), "x"), `}]}}`, `},{"range":`+span(0, 0, 0, 1)+`,"text":"yz"}]}}`, 1), "yzab"},
		"whole, then a part":              {"ab", strings.Replace(edit("null", "xy"), `}]}}`, `},{"range":`+span(0, 1, 0, 1)+`,"text":"-"}]}}`, 1), "x-y"},
		"numbers that are large for JSON": {"ab", edit(span(1<<40, 1<<40, 1<<41, 1<<41), "x"), "abx"},
	} {
		for _, version := range []string{"2", "1", "0", "-5", "null", "2147483648"} {
			s := &server{queue: newQueue(), host: Host{Read: readFolder, Visible: func(s string) string { return s }}, docs: map[string]*document{}, units: map[string]*unit{}}
			s.docs[uri] = &document{uri: uri, language: languageID, text: newText([]byte(test.text))}
			if test.send != "" {
				var m struct{ Params json.RawMessage }
				if err := json.Unmarshal(fmt.Appendf(nil, test.send, version), &m); err != nil {
					t.Fatal(name, err)
				}
				_ = s.didChange(requestOf(m.Params))
			}
			if got := string(s.docs[uri].text.bytes); got != test.want {
				t.Errorf("%s: %q, want %q", name, got, test.want)
			}
		}
	}
	c := opened(t)
	c.replace("untitled:never", 7, "x")
	c.notify("textDocument/didClose", map[string]any{"textDocument": documentID{"untitled:never"}})
	c.open(probe, 9, "pipeline \"again\" {}\n")
	var symbols []documentSymbol
	c.call("textDocument/documentSymbol", map[string]any{"textDocument": documentID{probe}}, &symbols)
	if len(symbols) != 1 || symbols[0].Name != `pipeline "again"` {
		t.Errorf("a document that is opened twice is %v", symbols)
	}
	c.notify("textDocument/didClose", map[string]any{"textDocument": documentID{probe}})
	c.notify("textDocument/didClose", map[string]any{"textDocument": documentID{probe}})
	large := "# " + strings.Repeat("x", 1<<20-1)
	c.open(probe, 10, large)
	if said := c.diagnostics(probe, 10); len(said) != 1 || !strings.Contains(said[0].Message, "at most 1 MiB") {
		t.Errorf("of a document of a mebibyte and a byte it says %v", said)
	}
	c.everything(probe, Position{0, 1 << 20})
	if err := c.quit(); err != nil {
		t.Error(err)
	}
}
