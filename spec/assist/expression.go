package assist

import (
	"slices"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// frame is a bracket, quote or template around a position of an expression.
type frame struct {
	open  byte     // ( [ {, " for a text in quotes, < for one of several lines, $ and % for what is in ${...} and %{...}
	start int      // behind what opens it
	name  string   // of (: the function; of {: the key of the item
	items int      // commas so far
	key   bool     // of {: whether a key is expected
	loop  bool     // whether it is a for expression
	names []string // that the for expression, or the for of a template in it, gives to its items
	bound bool     // whether those can be spoken of: behind the colon

	over outline.Span // what the items are of
}

// chain is names joined by dots: a reference, or the beginning of one.
type chain struct {
	names []outline.Word
	end   int // where what would make it longer begins
	whole int // where it ends, with the bracket of an index
}

// reference is a chain of at least two names whose first is no name of a loop.
type reference struct {
	outline.Span
	names []outline.Word
}

// walker goes through the tokens of an expression.
type walker struct {
	frames []frame
	chain  chain
	call   string // the identifier right before
	refs   func(reference)
}

func lex(text []byte, span outline.Span) hclsyntax.Tokens {
	tokens, _ := hclsyntax.LexExpression(text[span.Start:span.End], "", hcl.Pos{Byte: span.Start, Line: 1, Column: 1})
	return tokens
}

func spanOf(token hclsyntax.Token) outline.Span {
	return outline.Span{Start: token.Range.Start.Byte, End: token.Range.End.Byte}
}

// references calls visit for every reference in an expression, in the order of the text.
func references(text []byte, span outline.Span, visit func(reference)) {
	w := &walker{refs: visit}
	for _, token := range lex(text, span) {
		w.step(token)
	}
	w.flush()
}

// top is the innermost frame, or nil.
func (w *walker) top() *frame {
	if len(w.frames) == 0 {
		return nil
	}
	return &w.frames[len(w.frames)-1]
}

func (w *walker) push(f frame) { w.frames = append(w.frames, f) }

func (w *walker) pop(opens ...byte) {
	for len(w.frames) > 0 {
		last := w.frames[len(w.frames)-1].open
		w.frames = w.frames[:len(w.frames)-1]
		if slices.Contains(opens, last) {
			return
		}
	}
}

// flush tells of the reference that ends here.
func (w *walker) flush() {
	names, end := w.chain.names, w.chain.whole
	w.chain = chain{}
	if w.refs == nil || len(names) < 2 || w.hidden(names[0].Text) {
		return
	}
	if f := w.top(); f != nil && f.open == '{' && f.key && !f.loop {
		return
	}
	w.refs(reference{outline.Span{Start: names[0].Start, End: end}, names})
}

func (w *walker) hidden(name string) bool {
	return slices.ContainsFunc(w.frames, func(f frame) bool { return f.bound && slices.Contains(f.names, name) })
}

// step takes in one token.
func (w *walker) step(token hclsyntax.Token) {
	span := spanOf(token)
	if w.continues(token, span) {
		return
	}
	switch token.Type {
	case hclsyntax.TokenIdent:
		w.flush()
		w.identifier(outline.Word{Span: span, Text: string(token.Bytes)})
		return
	case hclsyntax.TokenQuotedLit, hclsyntax.TokenStringLit:
		w.literal(token, span)
		return
	case hclsyntax.TokenComment:
		return
	case hclsyntax.TokenOParen, hclsyntax.TokenOBrack, hclsyntax.TokenOBrace, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc,
		hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
		w.opens(token, span)
	case hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCBrace, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc,
		hclsyntax.TokenTemplateSeqEnd:
		w.closes(token, span)
	case hclsyntax.TokenComma, hclsyntax.TokenNewline:
		w.separates(token)
	case hclsyntax.TokenEqual, hclsyntax.TokenColon:
		w.assigns(span)
	case hclsyntax.TokenNumberLit:
		if f := w.top(); f != nil && f.name == "index" && len(w.chain.names) > 1 {
			w.chain.names = append(w.chain.names, outline.Word{Span: span, Text: string(token.Bytes)})
			break
		}
		w.flush()
	default:
		w.flush()
	}
	w.call = ""
}

func (w *walker) opens(token hclsyntax.Token, span outline.Span) {
	f := frame{open: token.Bytes[0], start: span.End}
	switch token.Type {
	case hclsyntax.TokenOBrack:
		if len(w.chain.names) > 0 && w.chain.end == span.Start {
			w.chain.end, f.name = span.End, "index" // maybe ["name"]
			w.push(f)
			return
		}
	case hclsyntax.TokenOQuote:
		w.push(f)
		return
	case hclsyntax.TokenOParen:
		f.name = w.call
	case hclsyntax.TokenOBrace:
		f.key = true
	}
	w.flush()
	w.push(f)
}

func (w *walker) closes(token hclsyntax.Token, span outline.Span) {
	switch token.Type {
	case hclsyntax.TokenCQuote:
		w.pop('"')
	case hclsyntax.TokenCHeredoc:
		w.pop('<')
	case hclsyntax.TokenCBrack:
		if f := w.top(); f == nil || f.name != "index" {
			w.flush()
		}
		w.pop('[')
		if len(w.chain.names) > 0 {
			w.chain.end, w.chain.whole = span.End, span.End
		}
	case hclsyntax.TokenCParen:
		w.flush()
		w.pop('(')
	case hclsyntax.TokenCBrace:
		w.flush()
		w.pop('{')
	default:
		w.flush()
		w.endSequence(span.Start)
	}
}

// separates begins another item.
func (w *walker) separates(token hclsyntax.Token) {
	w.flush()
	if f := w.top(); f != nil && (token.Type == hclsyntax.TokenComma || f.open == '{') {
		if token.Type == hclsyntax.TokenComma {
			f.items++
		}
		f.key, f.name = f.open == '{' && !f.loop, keep(f)
	}
}

// assigns ends the key of an item, or the collection of a for expression.
func (w *walker) assigns(span outline.Span) {
	f := w.top()
	switch {
	case f != nil && f.loop && !f.bound:
		w.flush()
		f.over.End, f.bound = span.Start, true
	case f != nil && f.open == '{' && f.key:
		if key := w.chain.names; len(key) > 0 {
			f.name = key[0].Text
		}
		w.chain = chain{}
		f.key = false
	default:
		w.flush()
	}
}

// endSequence leaves ${...} or %{...}. What a for in it gives a name to has that up to its endfor.
func (w *walker) endSequence(at int) {
	var loop frame
	end := w.call == "endfor"
	if f := w.top(); f != nil && f.open == '%' {
		loop = *f
	}
	w.pop('$', '%')
	switch f := w.top(); {
	case f == nil:
	case end:
		f.names = nil
	case loop.loop:
		f.names, f.over, f.bound = loop.names, outline.Span{Start: loop.over.Start, End: at}, true
	}
}

// keep is the name that a frame keeps behind a comma.
func keep(f *frame) string {
	if f.open == '{' {
		return ""
	}
	return f.name
}

// continues takes in what makes a reference longer: a dot, and a name behind it.
func (w *walker) continues(token hclsyntax.Token, span outline.Span) bool {
	n := len(w.chain.names)
	switch {
	case n == 0 || w.chain.end != span.Start:
		return false
	case token.Type == hclsyntax.TokenDot:
		w.chain.end, w.call = span.End, ""
		return true
	case token.Type == hclsyntax.TokenIdent && w.chain.names[n-1].End < span.Start:
		w.chain.names = append(w.chain.names, outline.Word{Span: span, Text: string(token.Bytes)})
		w.chain.end, w.chain.whole = span.End, span.End
		return true
	}
	return false
}

func (w *walker) identifier(word outline.Word) {
	w.call = word.Text
	f := w.top()
	if f != nil && word.Text == "for" && (f.open == '[' || f.open == '{' || f.open == '%') && f.items == 0 && !f.loop && f.name == "" {
		f.loop, f.key = true, false
		f.names = []string{""} // until `in`
		return
	}
	if f != nil && f.loop && len(f.names) > 0 && f.names[0] == "" {
		if word.Text == "in" {
			f.names, f.over.Start = f.names[1:], word.End
			return
		}
		f.names = append(f.names, word.Text)
		return
	}
	w.chain = chain{names: []outline.Word{word}, end: word.End, whole: word.End}
}

// literal takes in text: an index by a text in quotes is a name.
func (w *walker) literal(token hclsyntax.Token, span outline.Span) {
	n := len(w.frames)
	if n >= 2 && w.frames[n-1].open == '"' && w.frames[n-2].name == "index" && w.frames[n-1].start == span.Start {
		w.chain.names = append(w.chain.names, outline.Word{Span: span, Text: string(token.Bytes)})
		w.chain.whole = span.End
		return
	}
	if n >= 2 && w.frames[n-1].open == '"' && w.frames[n-2].open == '{' && w.frames[n-2].key {
		w.frames[n-2].name = string(token.Bytes)
	}
}

// cursor is where in an expression a position is.
type cursor struct {
	frames []frame
	before []string     // the names of the reference up to the word
	first  int          // where that begins
	word   outline.Span // the name at the position, which may be empty
	text   outline.Span // the text in quotes around the position, if inText
	inText bool
	closed bool // whether a quote ends that text
	lines  bool // whether it is in a text of several lines

	indexed []string // the names of the reference that the text is an index of
	follow  byte     // the character behind the word
	behind  bool     // whether it is behind something whole, so that no value can begin there
}

// locate finds out where in an expression a position is.
func locate(text []byte, span outline.Span, at int) cursor {
	w := &walker{}
	out := cursor{word: outline.Span{Start: at, End: at}}
	begin := min(span.Start, at)
	for _, token := range lex(text, outline.Span{Start: begin, End: max(min(wordEnd(text, at), span.End), begin)}) {
		s := spanOf(token)
		if token.Type == hclsyntax.TokenEOF || s.Start >= at && !(token.Type == hclsyntax.TokenIdent && s.Start == at) {
			break
		}
		if (token.Type == hclsyntax.TokenIdent || token.Type == hclsyntax.TokenNumberLit) && at <= s.End {
			out.word = s
			break
		}
		if at < s.End && (token.Type == hclsyntax.TokenQuotedLit || token.Type == hclsyntax.TokenStringLit) {
			break
		}
		if token.Type != hclsyntax.TokenComment {
			out.behind = isWhole(token)
		}
		w.step(token)
	}
	if names := w.chain.names; len(names) > 0 && w.chain.end == out.word.Start && names[len(names)-1].End < out.word.Start {
		for _, name := range names {
			out.before = append(out.before, name.Text)
		}
		out.first = names[0].Start
	}
	out.frames = w.frames
	if f := w.top(); f != nil && f.open == '"' {
		out.inText = true
		out.text = outline.Span{Start: f.start, End: textEnd(text, f.start)}
		out.closed = out.text.End < len(text) && text[out.text.End] == '"'
		if n := len(w.frames); n > 1 && w.frames[n-2].name == "index" {
			for _, name := range w.chain.names {
				out.indexed = append(out.indexed, name.Text)
			}
		}
	}
	if f := w.top(); f != nil && f.open == '<' {
		out.lines = true
	}
	if out.word.End < len(text) {
		out.follow = text[out.word.End]
	}
	return out
}

// isWhole tells whether a value may end with a token.
func isWhole(token hclsyntax.Token) bool {
	switch token.Type {
	case hclsyntax.TokenIdent:
		return !slices.Contains([]string{"for", "in", "if", "else"}, string(token.Bytes))
	case hclsyntax.TokenNumberLit, hclsyntax.TokenCQuote, hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCBrace, hclsyntax.TokenCHeredoc:
		return true
	}
	return false
}

// textEnd is where a text in quotes ends: before the next quote or at the end of the line.
func textEnd(text []byte, at int) int {
	for at < len(text) && text[at] != '"' && text[at] != '\n' {
		at++
	}
	return at
}

// wordEnd is where the name that a position is in ends.
func wordEnd(text []byte, at int) int {
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if !outline.InName(r) {
			break
		}
		at += size
	}
	return at
}

// wordStart is where the name that a position is in, or behind, begins.
func wordStart(text []byte, at int) int {
	for at > 0 {
		r, size := utf8.DecodeLastRune(text[:at])
		if !outline.InName(r) {
			break
		}
		at -= size
	}
	return at
}
