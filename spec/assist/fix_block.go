package assist

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// blockRules write blocks and their labels.
func blockRules() []rule {
	return []rule{
		about(`^Missing block "([^"]+)"$`, ``, missingBlock),
		about(`^Missing (kind|name) of block "([^"]+)"$`, ``, missingLabel),
		about(`^Unknown kind "`, `^Kinds of \w+: ([\w, ]+)\.$`, otherKind),
		on(`Put ((?:an action into it: |deployment_window \{\} or alarm \{\} into the block).*)`, putInside),
		on(`Put (approval \{\}|build "image" \{\}) in front of (?:it|this deploy)`, putBefore),
		on(`Add (network) \{\} to account "([^"]+)"`, func(c *Config, _ Problem, found []string) []Fix {
			s, ok := c.find(Account, found[2])
			if !ok || s.Block.Body == nil {
				return nil
			}
			return one(fmt.Sprintf("Add network {} to account %q", found[2]), insertLast(s.File, s.Block, "network {}")...)
		}),
	}
}

func missingBlock(c *Config, p Problem, found []string) []Fix {
	path := blockAt(p)
	if strings.HasPrefix(p.Detail, "The top of a file ") {
		path = nil
	} else if path == nil {
		return nil
	}
	parent, known := row(path)
	if !known {
		return nil
	}
	nested, known := childRow(c.inThis(parent, path), found[1], "")
	if !known {
		return nil
	}
	title := fmt.Sprintf("Add a block %s", nested.Header())
	if path == nil {
		return one(title, c.atEnd(p.File, c.plainBlock(nested))...)
	}
	return one(title, insertLast(p.File, path[len(path)-1], c.plainBlock(nested))...)
}

// plainBlock is a block with what it has to have, as text.
func (c *Config) plainBlock(row schema.Block) string {
	n := 0
	text := strings.ReplaceAll(Plain(blockSnippet(row, &n, "")), "\t", "  ")
	account, _ := schema.Root().Block("account", "")
	name := first(account.Labels[0].Example, "example")
	for _, s := range c.declared(Account) {
		name = s.Name.Text
	}
	text = regexp.MustCompile(`(?m)= account\.$`).ReplaceAllString(text, "= account."+name)
	text = regexp.MustCompile(`\{\s*\}`).ReplaceAllString(text, "{}")
	return regexp.MustCompile(`(?m)[ \t]+$`).ReplaceAllString(text, "")
}

// insertLast puts lines at the end of a block, apart from what is there.
func insertLast(file *File, block *outline.Block, lines string) []Edit {
	rest := file.Text[block.Body.Start:block.Body.End]
	inner := bytes.TrimRight(rest, " \t\r\n")
	if bytes.IndexByte(rest, '\n') < 0 {
		return insert(file, block, lines)
	}
	text := indented(lines, indentIn(file, block))
	if len(bytes.TrimSpace(inner)) > 0 && (len(block.Body.Attributes) > 0 || len(block.Body.Blocks) > 0) {
		text = "\n" + text
	}
	at := block.Body.Start + len(inner)
	return []Edit{{Location{file, outline.Span{Start: at, End: block.Body.End}}, text + "\n" + indentAt(file.Text, block.Start)}}
}

// missingLabel writes the kind of a block, or a name to begin with.
func missingLabel(_ *Config, p Problem, found []string) []Fix {
	path := blockAt(p)
	if len(path) == 0 {
		return nil
	}
	parent, _ := row(path[:len(path)-1])
	block := path[len(path)-1]
	at := Location{p.File, outline.Span{Start: block.Header().End, End: block.Header().End}}
	if n := len(block.Labels); n > 0 && block.Labels[n-1].Quoted {
		at.Start, at.End = at.Start+1, at.End+1
	}
	var out []Fix
	if found[1] == "kind" {
		for _, kind := range parent.Kinds(found[2]) {
			out = append(out, one(fmt.Sprintf("Write %s %q", found[2], kind), Edit{at, fmt.Sprintf(" %q", kind)})...)
		}
		return out
	}
	own, _ := child(parent, block)
	labels, _ := nameLabels(own)
	text := ""
	for _, label := range labels[min(len(block.Labels), len(labels)):] {
		text += fmt.Sprintf(" %q", first(label.Example, "example"))
	}
	if text == "" {
		return nil
	}
	return one("Name it"+text, Edit{at, text})
}

func otherKind(_ *Config, p Problem, found []string) []Fix {
	kinds := strings.Split(found[1], ", ")
	if len(kinds) > few || !isString(p.text()) {
		return nil
	}
	var out []Fix
	for _, kind := range kinds {
		out = append(out, one(fmt.Sprintf("Change to %q", kind), Edit{p.Location, fmt.Sprintf("%q", kind)})...)
	}
	return out
}

// putInside writes each of the blocks that the message proposes into the block that it is about.
func putInside(c *Config, p Problem, found []string) []Fix {
	path := blockAt(p)
	parent, known := row(path)
	if path == nil || !known {
		return nil
	}
	var out []Fix
	for _, header := range regexp.MustCompile(`([a-z_]+)(?: "([^"]+)")? \{\}`).FindAllStringSubmatch(found[1], -1) {
		nested, known := childRow(parent, header[1], strings.TrimPrefix(header[2], "NAME"))
		if known {
			out = append(out, one("Put "+nested.Header()+" into it", insertLast(p.File, path[len(path)-1], c.plainBlock(nested))...)...)
		}
	}
	return out
}

// putBefore writes a block in front of a deploy. One beside the deploy in a parallel block would not be in front of it.
func putBefore(_ *Config, p Problem, found []string) []Fix {
	next := inStage(blockAt(p))
	if next == nil {
		return nil
	}
	at := outline.Span{Start: next.Start, End: next.Start}
	return one(fmt.Sprintf("Add %s in front of it", found[1]), Edit{Location{p.File, at}, found[1] + "\n\n" + indentAt(p.File.Text, next.Start)})
}

// inStage is the block of a path that stands in the stage itself.
func inStage(path []*outline.Block) *outline.Block {
	for i, block := range path {
		if block.Type.Text == "stage" && i+1 < len(path) {
			return path[i+1]
		}
	}
	return nil
}
