package assist

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// Problem is a diagnostic, as far as a fix goes by it.
type Problem struct {
	Location
	Summary, Detail string
}

// Fix is a change that does what a diagnostic says.
type Fix struct {
	Title string
	Edits []Edit
}

// Fixes are the changes that do what a diagnostic says; none if it leaves more to decide than an editor can. The texts of the
// diagnostics say what to write, and the fixes go by them, so that the two cannot differ.
func (c *Config) Fixes(p Problem) []Fix {
	var out []Fix
	for _, fix := range []func(Problem) []Fix{
		c.didYouMean, c.replacement, c.quotes, c.missingAttribute, c.missingMember, c.missingBlock, c.missingLabel, c.approval,
		c.superfluous, c.equals, c.declaration,
	} {
		out = append(out, fix(p)...)
	}
	return out
}

func replace(p Problem, title, text string) []Fix {
	return []Fix{{title, []Edit{{p.Location, text}}}}
}

var (
	meant        = regexp.MustCompile(`Did you mean ("(?:[^"\\]|\\.)*")\?`)
	named        = regexp.MustCompile(`^[^"]*("(?:[^"\\]|\\.)*")`)
	toWrite      = regexp.MustCompile(`[Ww]rite ("(?:[^"\\]|\\.)*")[.;]`)
	toReference  = regexp.MustCompile(`[Ww]rite (account\.[A-Za-z0-9_-]+\.id), which`)
	toAccount    = regexp.MustCompile(`such as account = (account\.[A-Za-z0-9_-]+)\.`)
	bare         = regexp.MustCompile(`Write it without quotes: ([^ ]+)\.`)
	inBrackets   = regexp.MustCompile(`Put it in brackets: (\[.*\])\.`)
	writeAccount = regexp.MustCompile(`write account = (account\.[A-Za-z0-9_-]+)\.`)
)

// unquoted is the first text in quotes that a pattern finds.
func unquoted(pattern *regexp.Regexp, text string) (string, bool) {
	found := pattern.FindStringSubmatch(text)
	if found == nil {
		return "", false
	}
	out, err := strconv.Unquote(found[1])
	return out, err == nil
}

// didYouMean puts the name that is proposed in the place of the one that is written.
func (c *Config) didYouMean(p Problem) []Fix {
	better, ok := unquoted(meant, p.Detail)
	if !ok {
		return nil
	}
	text := p.Of(p.File.Text)
	wrong, _ := unquoted(named, p.Summary)
	at := strings.Index(text, wrong)
	if wrong == "" || at < 0 {
		wrong, at = strings.Trim(text, `"`), strings.Index(text, strings.Trim(text, `"`))
	}
	span := outline.Span{Start: p.Start + at, End: p.Start + at + len(wrong)}
	title := fmt.Sprintf("Change to %q", better)
	return []Fix{{title, []Edit{{Location{p.File, span}, better}}}}
}

// replacement writes what the message says, in the place of the whole.
func (c *Config) replacement(p Problem) []Fix {
	if better, ok := unquoted(toWrite, p.Detail); ok && strings.HasPrefix(p.Of(p.File.Text), `"`) {
		return replace(p, fmt.Sprintf("Change to %q", better), strconv.Quote(better))
	}
	for _, pattern := range []*regexp.Regexp{toReference, toAccount, bare, inBrackets} {
		if found := pattern.FindStringSubmatch(p.Detail); found != nil && found[1] != "account.NAME" && found[1] != "account.NAME.id" {
			return replace(p, "Change to "+found[1], found[1])
		}
	}
	return nil
}

// quotes puts a bare word or number into quotes.
func (c *Config) quotes(p Problem) []Fix {
	if !strings.Contains(p.Detail, "Quote it: ") && !strings.Contains(p.Detail, "rite it in quotes: ") {
		return nil
	}
	text := p.Of(p.File.Text)
	return replace(p, fmt.Sprintf("Put %s in quotes", text), strconv.Quote(text))
}

// blockAt is the block whose header a problem is about, with its path; nil if there is none with a body.
func blockAt(p Problem) []*outline.Block {
	var found []*outline.Block
	p.File.Body.Walk(func(path []*outline.Block) {
		if block := path[len(path)-1]; block.Start == p.Start && block.Body != nil {
			found = slices.Clone(path)
		}
	})
	return found
}

// indentAt is the blank that the line of a position begins with.
func indentAt(text []byte, at int) string {
	line := text[bytes.LastIndexByte(text[:at], '\n')+1:]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// insert puts lines at the top of a block.
func insert(file *File, block *outline.Block, lines string) []Edit {
	indent := indentAt(file.Text, block.Start)
	text := "\n" + indent + "  " + strings.ReplaceAll(lines, "\n", "\n"+indent+"  ")
	rest := file.Text[block.Body.Start:block.Body.End]
	if bytes.IndexByte(rest, '\n') < 0 { // It is written on one line.
		inner := strings.TrimSpace(string(rest))
		if inner != "" {
			text += "\n" + indent + "  " + inner
		}
		return []Edit{{Location{file, block.Body.Span}, text + "\n" + indent}}
	}
	return []Edit{{Location{file, outline.Span{Start: block.Body.Start, End: block.Body.Start}}, text}}
}

func (c *Config) missingAttribute(p Problem) []Fix {
	name, ok := unquoted(named, p.Summary)
	path := blockAt(p)
	if !ok || !strings.HasPrefix(p.Summary, "Missing attribute ") || path == nil {
		return nil
	}
	own, _ := row(path)
	attribute, known := own.Attribute(name)
	if !known {
		return nil
	}
	value := attribute.Example
	if found := writeAccount.FindStringSubmatch(p.Detail); found != nil {
		value = found[1]
	}
	return []Fix{{fmt.Sprintf("Add %s = %s", name, value), insert(p.File, path[len(path)-1], name+" = "+value)}}
}

var missingOf = regexp.MustCompile(`^Missing "([^"]+)" in "([^"]+)"$`)

// missingMember adds a member to an object.
func (c *Config) missingMember(p Problem) []Fix {
	found := missingOf.FindStringSubmatch(p.Summary)
	text := p.Of(p.File.Text)
	if found == nil || !strings.HasPrefix(text, "{") {
		return nil
	}
	place := c.place(p.File, p.Start)
	attribute, _ := place.row.Attribute(found[2])
	member, known := attribute.Member(found[1])
	if !known {
		return nil
	}
	value := found[1] + " = " + first(member.Example, member.Default)
	separator := ","
	if inner := strings.TrimSpace(strings.Trim(text, "{}")); inner == "" {
		separator = " "
	}
	at := outline.Span{Start: p.Start + 1, End: p.Start + 1}
	if strings.Contains(text, "\n") {
		return []Fix{{"Add " + value, []Edit{{Location{p.File, at}, "\n" + indentAt(p.File.Text, p.Start) + "  " + value}}}}
	}
	return []Fix{{"Add " + value, []Edit{{Location{p.File, at}, " " + value + separator}}}}
}

func (c *Config) missingBlock(p Problem) []Fix {
	name, ok := unquoted(named, p.Summary)
	if !ok || !strings.HasPrefix(p.Summary, "Missing block ") {
		return nil
	}
	path := blockAt(p)
	parent, known := row(path)
	if !known || path == nil && strings.TrimSpace(string(p.File.Text)) != "" && p.Start > 0 {
		return nil
	}
	kind := ""
	if kinds := parent.Kinds(name); len(kinds) > 0 {
		kind = kinds[0]
	}
	nested, known := c.inThis(parent, path).Block(name, kind)
	if !known {
		return nil
	}
	n := 0
	text := strings.ReplaceAll(Plain(blockSnippet(nested, &n, "")), "\t", "  ")
	text = regexp.MustCompile(`(?m)[ \t]+$`).ReplaceAllString(text, "")
	title := fmt.Sprintf("Add a block %s", nested.Header())
	if path == nil {
		return []Fix{{title, c.atEnd(p.File, text)}}
	}
	return []Fix{{title, insert(p.File, path[len(path)-1], text)}}
}

// atEnd puts a block behind everything else in a file.
func (c *Config) atEnd(file *File, text string) []Edit {
	end := outline.Span{Start: len(file.Text), End: len(file.Text)}
	before := ""
	switch trimmed := bytes.TrimRight(file.Text, " \t\r\n"); {
	case len(trimmed) == 0:
	case bytes.HasSuffix(file.Text, []byte("\n")):
		before = "\n"
	default:
		before = "\n\n"
	}
	return []Edit{{Location{file, end}, before + text + "\n"}}
}

// missingLabel writes the kind of a block, or a name to begin with.
func (c *Config) missingLabel(p Problem) []Fix {
	name, ok := unquoted(named, p.Summary)
	kind := strings.HasPrefix(p.Summary, "Missing kind of block ")
	if !ok || !kind && !strings.HasPrefix(p.Summary, "Missing name of block ") {
		return nil
	}
	at := Location{p.File, outline.Span{Start: p.End, End: p.End}}
	path := blockAt(p)
	parent, known := schema.Block{}, false
	if len(path) > 0 {
		parent, known = row(path[:len(path)-1])
	}
	if !known {
		return nil
	}
	var out []Fix
	for _, k := range parent.Kinds(name) {
		if kind {
			text := fmt.Sprintf(" %q", k)
			out = append(out, Fix{fmt.Sprintf("Write %s %q", name, k), []Edit{{at, text}}})
		}
	}
	if own, _ := child(parent, path[len(path)-1]); !kind && len(own.Labels) == 1 && own.Kind == "" {
		example := first(own.Labels[0].Example, "example")
		out = append(out, Fix{fmt.Sprintf("Name it %q", example), []Edit{{at, fmt.Sprintf(" %q", example)}}})
	}
	return out
}

// approval puts an approval in front of a deploy.
func (c *Config) approval(p Problem) []Fix {
	if !strings.HasSuffix(p.Summary, "is reachable without an approval") {
		return nil
	}
	path := blockAt(p)
	for i, block := range path { // An approval beside the deploy in a parallel block would not be in front of it.
		if block.Type.Text == "stage" && i+1 < len(path) {
			next := path[i+1]
			at := outline.Span{Start: next.Start, End: next.Start}
			text := "approval {}\n\n" + indentAt(p.File.Text, next.Start)
			return []Fix{{"Add approval {} in front of it", []Edit{{Location{p.File, at}, text}}}}
		}
	}
	return nil
}

// superfluous removes what stands there a second time, or where it may not.
func (c *Config) superfluous(p Problem) []Fix {
	switch {
	case strings.HasPrefix(p.Summary, "Unexpected label "):
		span := p.Span
		for span.Start > 0 && (p.File.Text[span.Start-1] == ' ' || p.File.Text[span.Start-1] == '\t') {
			span.Start--
		}
		return []Fix{{"Remove " + p.Of(p.File.Text), []Edit{{Location{p.File, span}, ""}}}}
	case strings.HasPrefix(p.Summary, "Attribute ") && strings.HasSuffix(p.Summary, " is set twice"), p.Summary == "Attribute redefined":
		place := c.place(p.File, p.Start)
		if place.attribute == nil {
			return nil
		}
		return []Fix{{fmt.Sprintf("Remove this %s", place.attribute.Name.Text), []Edit{{lines(p.File, place.attribute.Span), ""}}}}
	case strings.HasPrefix(p.Summary, "A second block "):
		if path := blockAt(p); path != nil {
			block := path[len(path)-1]
			return []Fix{{"Remove this block " + block.Type.Text, []Edit{{lines(p.File, block.Span), ""}}}}
		}
	case strings.Contains(p.Summary, " stands twice in "):
		return c.removeItem(p)
	}
	return nil
}

// lines is a span with the rest of its lines, if nothing else stands on them.
func lines(file *File, span outline.Span) Location {
	begin := bytes.LastIndexByte(file.Text[:span.Start], '\n') + 1
	end := len(file.Text)
	if n := bytes.IndexByte(file.Text[span.End:], '\n'); n >= 0 {
		end = span.End + n + 1
	}
	rest := bytes.TrimSpace(file.Text[span.End:end])
	if len(bytes.TrimSpace(file.Text[begin:span.Start])) > 0 || len(rest) > 0 && rest[0] != '#' {
		return Location{file, span}
	}
	return Location{file, outline.Span{Start: begin, End: end}}
}

// removeItem removes an item of a list with the comma before it.
func (c *Config) removeItem(p Problem) []Fix {
	before := bytes.TrimRight(p.File.Text[:p.Start], " \t\r\n")
	if !bytes.HasSuffix(before, []byte(",")) {
		return nil
	}
	span := outline.Span{Start: len(before) - 1, End: p.End}
	return []Fix{{"Remove the second " + p.Of(p.File.Text), []Edit{{Location{p.File, span}, ""}}}}
}

// equals writes an attribute as an attribute and a block as a block.
func (c *Config) equals(p Problem) []Fix {
	name := p.Of(p.File.Text)
	rest := p.File.Text[p.End:]
	begin := len(rest) - len(bytes.TrimLeft(rest, " \t"))
	at := p.End + begin
	switch {
	case strings.Contains(p.Detail, "is a block; write it without an equals sign") && bytes.HasPrefix(rest[begin:], []byte("=")):
		after := bytes.TrimLeft(rest[begin+1:], " \t")
		if !bytes.HasPrefix(after, []byte("{")) {
			return nil
		}
		span := outline.Span{Start: at, End: len(p.File.Text) - len(after)}
		return []Fix{{fmt.Sprintf("Write %s as a block", name), []Edit{{Location{p.File, span}, ""}}}}
	case strings.Contains(p.Detail, "is an attribute; write ") && bytes.HasPrefix(rest[begin:], []byte("{")):
		span := outline.Span{Start: at, End: at}
		return []Fix{{fmt.Sprintf("Write %s with an equals sign", name), []Edit{{Location{p.File, span}, "= "}}}}
	}
	return nil
}

// declaration declares what is referred to.
func (c *Config) declaration(p Problem) []Fix {
	name, ok := unquoted(named, p.Summary)
	if !ok || p.File.assignments || !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`).MatchString(name) {
		return nil
	}
	switch {
	case strings.HasPrefix(p.Summary, "Unknown variable "):
		return []Fix{{fmt.Sprintf("Declare variable %q", name), c.atEnd(p.File, fmt.Sprintf("variable %q {\n  type = string\n}", name))}}
	case strings.HasPrefix(p.Summary, "Unknown local "):
		return []Fix{{fmt.Sprintf("Declare local.%s", name), c.atEnd(p.File, fmt.Sprintf("locals {\n  %s = \"\"\n}", name))}}
	case strings.Contains(p.Summary, "nknown account ") && len(c.declared(Account)) == 0:
		account, _ := unquoted(regexp.MustCompile(`unknown account ("[^"]*")`), strings.ToLower(p.Summary))
		return []Fix{{fmt.Sprintf("Declare account %q", account), c.atEnd(p.File, fmt.Sprintf("account %q {\n  id = \"111111111111\"\n\n  network {}\n}", account))}}
	}
	return nil
}
