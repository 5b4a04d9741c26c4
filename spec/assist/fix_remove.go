package assist

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// removalRules take out what stands there in vain, a second time or where it may not.
func removalRules() []rule {
	return []rule{
		about(`^Unexpected label `, ``, func(_ *Config, p Problem, _ []string) []Fix {
			span := p.Span
			for span.Start > 0 && (p.File.Text[span.Start-1] == ' ' || p.File.Text[span.Start-1] == '\t') {
				span.Start--
			}
			return one("Remove "+p.text(), Edit{Location{p.File, span}, ""})
		}),
		about(` has no attributes$`, `leave this out\.`, func(_ *Config, p Problem, _ []string) []Fix {
			return one("Remove "+p.text(), Edit{p.Location, ""})
		}),
		about(`^Attribute redefined$`, ``, removeThis),
		about(`^Attribute "[^"]*" together with (script)$`, `Leave one of the two out`, func(c *Config, p Problem, found []string) []Fix {
			return append(removeThis(c, p, nil), removeNamed(c, p, found)...)
		}),
		on(`[Kk]eep one of the two|leave out one of the two`, removeThis),
		on(`^Once is enough\.`, removeThis),
		on(`[Ll]eave the (?:block|stage) out`, removeThis),
		on(`[Ll]eave the (route) out`, removeThis),
		on(`(?:^|[,.] (?:or )?)[Ll]eave (?:it|them|this) out`, removeThis),
		on(`(?:[Ll]eave|[,;] leave) ([A-Za-z]\w*) out(?:[.,:]| here| of one)`, removeNamed),
	}
}

// removeThis takes out what a message is about: a block with all that is in it, an attribute, or an item of a list or object. What
// would be empty without it goes with it.
func removeThis(c *Config, p Problem, _ []string) []Fix {
	if strings.Contains(p.Summary, " holds what it may not") { // It is a part of a text.
		return nil
	}
	place := c.place(p.File, p.Start)
	if place.attribute == nil || strings.HasPrefix(p.Summary, "A second alarm") { // Its name tells it apart.
		return removeBlock(c, p, nil)
	}
	around := c.items(p)
	for len(around) > 0 {
		last := around[len(around)-1]
		if len(last.items) > 1 {
			what := last.item().Span
			if key := last.item().key; key.End > key.Start {
				what = key
			}
			return one("Remove "+brief(what.Of(p.File.Text)), Edit{last.without(p.File), ""})
		}
		around = around[:len(around)-1]
	}
	return one("Remove "+place.attribute.Name.Text, Edit{withGap(p.File, place.attribute.Span), ""})
}

// removeNamed takes an attribute out that the message names, or the item that is called so.
func removeNamed(c *Config, p Problem, found []string) []Fix {
	name := found[len(found)-1]
	if strings.HasPrefix(p.Summary, "Deleting the stack of ") { // The author may well want it.
		return nil
	}
	if strings.Trim(p.text(), `"`) == name {
		return removeThis(c, p, nil)
	}
	place := c.place(p.File, p.Start)
	path := place.path
	if place.block != nil {
		path = append(path[:len(path):len(path)], place.block)
	}
	for i := len(path) - 1; i >= 0; i-- {
		if path[i].Body == nil {
			continue
		}
		if a := path[i].Body.Attribute(name); a != nil {
			return one("Remove "+name, Edit{withGap(p.File, a.Span), ""})
		}
		if a := path[i].Body.Attribute("properties"); a != nil {
			return removeProperty(p.File, a, name)
		}
	}
	return nil
}

// removeProperty takes a property out of a resource that the configuration writes itself.
func removeProperty(file *File, properties *outline.Attribute, name string) []Fix {
	all, _ := collectionOf(parseNative(file.Text, properties.Value), properties.Value.Start)
	for i, item := range all.items {
		if strings.Trim(item.key.Of(file.Text), `"`) == name {
			all.index = i
			return one("Remove "+name, Edit{all.without(file), ""})
		}
	}
	return nil
}

func removeBlock(c *Config, p Problem, _ []string) []Fix {
	block := c.blockOf(p)
	if block == nil || !block.Closed {
		return nil
	}
	return one("Remove this block "+block.Type.Text, Edit{withGap(p.File, block.Span), ""})
}

// brief is a text for a title.
func brief(text string) string {
	if len(text) > 40 || strings.Contains(text, "\n") {
		return "this"
	}
	return regexp.MustCompile(`\s+`).ReplaceAllString(text, " ")
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

// withGap is lines, with the empty line before or behind them that would be one too many.
func withGap(file *File, span outline.Span) Location {
	out := lines(file, span)
	if out.Span == span {
		for out.Start > 0 && (file.Text[out.Start-1] == ' ' || file.Text[out.Start-1] == '\t') {
			out.Start--
		}
		return out
	}
	text := file.Text
	before, after := bytes.TrimSpace(text[:out.Start]), bytes.TrimSpace(text[out.End:])
	begin := bytes.LastIndexByte(text[:max(out.Start-1, 0)], '\n') + 1 // of the line before
	end := out.End + bytes.IndexByte(text[out.End:], '\n') + 1         // of the line behind
	emptyBefore := len(bytes.TrimSpace(text[begin:out.Start])) == 0
	emptyBehind := end > out.End && len(bytes.TrimSpace(text[out.End:end])) == 0
	switch {
	case emptyBehind && (emptyBefore || len(before) == 0 || bytes.HasSuffix(before, []byte("{"))):
		out.End = end
	case emptyBefore && (len(after) == 0 || after[0] == '}'):
		out.Start = begin
	}
	return out
}
