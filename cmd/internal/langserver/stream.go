package langserver

import (
	"bufio"
	"bytes"
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
	in    *bufio.Reader
	out   io.Writer
	mu    sync.Mutex // guards out
	ended func()     // is called when the input ends, and returns when what came before has been answered
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
			s.refuse(nil, jsonrpc2.CodeParseError, bad.Error())
			continue
		case err != nil:
			if s.ended != nil {
				s.ended()
			}
			return err
		case !json.Valid(body) || nesting(body) > mostNested:
			s.refuse(nil, jsonrpc2.CodeParseError, "the body of the message is not JSON")
			continue
		}
		if id, err := unmarshal(body, message); err != nil {
			s.refuse(id, jsonrpc2.CodeInvalidRequest, "the message is neither a request nor a response: "+err.Error())
			continue
		}
		return nil
	}
}

// unmarshal reads a message. What JSON-RPC has no form for is an error, whatever the library does about it; the id is that of such a
// message, as far as an answer can have it.
func unmarshal(body []byte, message any) (id json.RawMessage, err error) {
	var envelope struct {
		ID     json.RawMessage
		Method *string
		Params json.RawMessage
		Result json.RawMessage
		Error  json.RawMessage
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return nil, errors.New("it is no object")
	}
	text := strings.TrimSpace(string(envelope.ID))
	if text != "" && len(text) < mostHeader && bytes.IndexByte([]byte("{[tf"), text[0]) < 0 {
		id = envelope.ID
	}
	if envelope.Method == nil && envelope.Result == nil && envelope.Error == nil {
		return id, errors.New("it has no method")
	}
	if text != "" && text[0] != '"' && text != "null" {
		if _, err := strconv.ParseInt(text, 10, 64); err != nil || text[0] == '-' {
			return id, fmt.Errorf("its id is %.80s, and has to be a whole number that is not negative, or a string", text)
		}
	}
	return id, json.Unmarshal(body, message)
}

// refuse answers what is no message, or one that cannot be read.
func (s *stream) refuse(id json.RawMessage, code int64, message string) {
	_ = s.WriteObject(map[string]any{
		"jsonrpc": "2.0", "id": id, "error": map[string]any{"code": code, "message": message},
	})
}

// badFrame is a header from which the length of the body cannot be known.
type badFrame struct{ text string }

func (b *badFrame) Error() string { return b.text }

// frame reads one body. Whatever stands before a header that says how long one is, is passed over.
func (s *stream) frame() ([]byte, error) {
	length, err := s.header()
	if err != nil {
		return nil, err
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(s.in, body); err != nil {
		return nil, io.EOF
	}
	return body, nil
}

// header reads how long the next body is. Behind a length that is none nothing is skipped: what follows is looked through for the
// next one.
func (s *stream) header() (length int, err error) {
	length = -1
	var fault *badFrame
	for seen := false; ; {
		line, err := s.line()
		switch {
		case err != nil:
			return 0, err
		case line == "" && !seen:
			continue // blank lines before a header
		case line == "" && fault != nil:
			return 0, fault
		case line == "" && length < 0:
			return 0, &badFrame{"a message without a Content-Length"}
		case line == "":
			return length, nil
		}
		seen = true
		// Behind a header without a length the body runs into the next header: that is where it goes on.
		at := strings.LastIndex(strings.ToLower(line), lengthField)
		if at < 0 {
			continue
		}
		if at > 0 {
			length, fault = -1, nil
		}
		value := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line[at+len(lengthField):]), ":"))
		n, err := strconv.ParseUint(value, 10, 31)
		switch {
		case err != nil && !errors.Is(err, strconv.ErrRange):
			fault = &badFrame{fmt.Sprintf("the Content-Length is %.80q, and has to be a number of bytes", value)}
		case err != nil || n > mostBody:
			fault = &badFrame{fmt.Sprintf("a message of %.80s bytes; %d are the most", value, mostBody)}
		case length >= 0 && int(n) != length:
			fault = &badFrame{fmt.Sprintf("a message with two lengths, %d and %d", length, n)}
		default:
			length = int(n)
		}
	}
}

// lengthField is the only field of a header that counts.
const lengthField = "content-length"

// line reads a line of a header without its end. Of one that is too long the beginning and the end count.
func (s *stream) line() (string, error) {
	var out []byte
	for {
		part, err := s.in.ReadSlice('\n')
		out = append(out, part...)
		if len(out) > 2*mostHeader {
			out = append(out[:mostHeader], out[len(out)-mostHeader:]...)
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
