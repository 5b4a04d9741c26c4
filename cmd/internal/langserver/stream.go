package langserver

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/sourcegraph/jsonrpc2"
)

// What a message may have. A document of a configuration has at most a mebibyte, and JSON makes it six times as long at worst.
const (
	mostBody   = 64 << 20
	mostHeader = 8 << 10 // of one line
	mostNested = 1000    // brackets in each other
)

// stream reads and writes messages as the base protocol of LSP frames them. What is no message is answered with an error and
// passed over, so that one mistake of a client does not end everything: only the end of the input does.
type stream struct {
	in  *bufio.Reader
	out io.Writer
	mu  sync.Mutex // guards out
}

func newStream(in io.Reader, out io.Writer) *stream {
	return &stream{in: bufio.NewReaderSize(in, 64<<10), out: out}
}

// Close does nothing: whoever gave the reader and the writer closes them.
func (s *stream) Close() error { return nil }

// WriteObject sends a message.
func (s *stream) WriteObject(message any) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err = s.out.Write(append(fmt.Appendf(nil, "Content-Length: %d\r\n\r\n", len(body)), body...))
	return err
}

// ReadObject reads the next message that is one. The error is io.EOF, or why nothing more can be read.
func (s *stream) ReadObject(message any) error {
	for {
		body, err := s.frame()
		var bad *badFrame
		switch {
		case errors.As(err, &bad):
			s.refuse(jsonrpc2.CodeParseError, bad.Error())
			continue
		case err != nil:
			return err
		case !json.Valid(body) || nesting(body) > mostNested:
			s.refuse(jsonrpc2.CodeParseError, "the body of the message is not JSON")
			continue
		}
		if err := unmarshal(body, message); err != nil {
			s.refuse(jsonrpc2.CodeInvalidRequest, "the message is neither a request nor a response: "+err.Error())
			continue
		}
		return nil
	}
}

// unmarshal reads a message. What JSON-RPC has no form for is an error, whatever the library does about it.
func unmarshal(body []byte, message any) (err error) {
	var envelope struct {
		ID     json.RawMessage
		Method *string
		Params json.RawMessage
		Result json.RawMessage
		Error  json.RawMessage
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return errors.New("it is no object")
	}
	if envelope.Method == nil && envelope.Result == nil && envelope.Error == nil {
		return errors.New("it has no method")
	}
	if id := strings.TrimSpace(string(envelope.ID)); id != "" && id[0] != '"' {
		if _, err := strconv.ParseUint(id, 10, 64); err != nil {
			return fmt.Errorf("its id is %s, and has to be a whole number or a string", id)
		}
	}
	return json.Unmarshal(body, message)
}

// refuse answers what is no message. It has no id that could be answered to.
func (s *stream) refuse(code int64, message string) {
	_ = s.WriteObject(map[string]any{
		"jsonrpc": "2.0", "id": nil, "error": map[string]any{"code": code, "message": message},
	})
}

// badFrame is a header from which the length of the body cannot be known.
type badFrame struct{ text string }

func (b *badFrame) Error() string { return b.text }

// frame reads one body. Whatever stands before a header that says how long one is, is passed over.
func (s *stream) frame() ([]byte, error) {
	length, seen := -1, false
	var fault *badFrame
	for {
		line, err := s.line()
		if err != nil {
			if errors.Is(err, io.EOF) && !seen {
				return nil, io.EOF
			}
			return nil, err
		}
		if line == "" {
			if !seen {
				continue // blank lines before a header
			}
			break
		}
		seen = true
		// Behind a header without a length the body runs into the next header: that is where it goes on.
		if glued := strings.LastIndex(strings.ToLower(line), "content-length:"); glued > 0 {
			line, length = line[glued:], -1
		}
		name, value, found := strings.Cut(line, ":")
		if !found {
			fault = &badFrame{fmt.Sprintf("a header line without a colon: %.80q", line)}
			continue
		}
		if !strings.EqualFold(strings.TrimSpace(name), "Content-Length") {
			continue
		}
		n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 31)
		switch {
		case err != nil:
			fault = &badFrame{fmt.Sprintf("the Content-Length is %.80q, and has to be a number of bytes", strings.TrimSpace(value))}
		case length >= 0 && int(n) != length:
			fault = &badFrame{"a message with two lengths"}
		case n > mostBody:
			fault = &badFrame{fmt.Sprintf("a message of %d bytes; %d are the most", n, mostBody)}
		}
		length = int(n)
	}
	if length > mostBody { // It is passed over as a whole.
		if _, err := io.CopyN(io.Discard, s.in, int64(length)); err != nil {
			return nil, io.EOF
		}
		return nil, fault
	}
	if fault == nil && length < 0 {
		fault = &badFrame{"a message without a Content-Length"}
	}
	if fault != nil {
		if length > 0 {
			_, _ = io.CopyN(io.Discard, s.in, int64(length))
		}
		return nil, fault
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(s.in, body); err != nil {
		return nil, io.EOF
	}
	return body, nil
}

// line reads a line of a header without its end. Of one that is too long the beginning counts.
func (s *stream) line() (string, error) {
	var out []byte
	for {
		part, err := s.in.ReadSlice('\n')
		if len(out) < mostHeader {
			out = append(out, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return "", io.EOF
		}
		return strings.TrimRight(string(out), "\r\n"), nil
	}
}

// nesting is how deep brackets stand in each other.
func nesting(body []byte) int {
	depth, deepest, quoted := 0, 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}
