package assist

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// collection is a list or an object as it is written, and which of its items a place is in.
type collection struct {
	outline.Span
	items []item
	index int
}

// item is one of a list, or a member of an object.
type item struct {
	outline.Span
	key, value outline.Span // the key is empty in a list
}

func (c collection) item() item { return c.items[c.index] }

// items are the lists and objects in the value of an attribute that a place is in, the outermost first.
func (c *Config) items(p Problem) []collection {
	attribute := c.place(p.File, p.Start).attribute
	if attribute == nil || p.Start < attribute.Value.Start {
		return nil
	}
	expr := parseNative(p.File.Text, attribute.Value)
	var out []collection
	for expr != nil {
		found, inner := collectionOf(expr, attribute.Value.Start)
		expr = nil
		for i, item := range found.items {
			if item.Start <= p.Start && p.End <= item.End {
				found.index, expr = i, inner[i]
				out = append(out, found)
			}
		}
	}
	return out
}

// parseNative is parse for what looks into expressions; nil if it is none.
func parseNative(text []byte, span outline.Span) hclsyntax.Expression {
	expr, _ := parse(text, span).(hclsyntax.Expression)
	return expr
}

// collectionOf is an expression as a list or an object that begins at a position of the file, with the values of its items.
func collectionOf(expr hclsyntax.Expression, at int) (out collection, values []hclsyntax.Expression) {
	span := func(r hcl.Range) outline.Span { return outline.Span{Start: at + r.Start.Byte, End: at + r.End.Byte} }
	if expr == nil {
		return out, nil
	}
	out.Span = span(expr.Range())
	switch e := expr.(type) {
	case *hclsyntax.ParenthesesExpr:
		return collectionOf(e.Expression, at)
	case *hclsyntax.FunctionCallExpr:
		if len(e.Args) == 1 { // as in jsonencode({ ... }) and toset([...])
			return collectionOf(e.Args[0], at)
		}
	case *hclsyntax.TupleConsExpr:
		for _, value := range e.Exprs {
			out.items = append(out.items, item{Span: span(value.Range()), value: span(value.Range())})
			values = append(values, value)
		}
	case *hclsyntax.ObjectConsExpr:
		for _, member := range e.Items {
			key, value := span(member.KeyExpr.Range()), span(member.ValueExpr.Range())
			out.items = append(out.items, item{outline.Span{Start: key.Start, End: value.End}, key, value})
			values = append(values, member.ValueExpr)
		}
	}
	return out, values
}

// without is the part of a file to be removed so that an item goes, with the comma or the line that it needs.
func (c collection) without(file *File) Location {
	gone := c.item().Span
	text := file.Text
	whole := gone
	if rest := bytes.TrimLeft(text[gone.End:c.End], " \t"); bytes.HasPrefix(rest, []byte(",")) {
		whole.End = c.End - len(rest) + 1
	}
	if alone := lines(file, whole); alone.Span != whole {
		return alone
	}
	switch {
	case c.index > 0:
		return Location{file, outline.Span{Start: c.items[c.index-1].End, End: gone.End}}
	case len(c.items) > 1:
		return Location{file, outline.Span{Start: gone.Start, End: c.items[1].Start}}
	}
	return Location{file, whole}
}

// with adds an item behind those that there are.
func (c collection) with(file *File, text string) Edit {
	last := c.items[len(c.items)-1]
	rest := file.Text[last.End:c.End]
	n := bytes.IndexByte(rest, '\n')
	if n < 0 || bytes.IndexByte(file.Text[c.Start:last.Start], '\n') < 0 {
		return Edit{Location{file, outline.Span{Start: last.End, End: last.End}}, ", " + text}
	}
	at := last.End + len(bytes.TrimRight(rest[:n], "\r")) // Behind a comma, and a comment on its line.
	return Edit{Location{file, outline.Span{Start: at, End: at}}, "\n" + indentAt(file.Text, last.Start) + text}
}
