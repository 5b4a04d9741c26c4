package assist

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// moveRules put what is written elsewhere, or write it in the other syntax.
func moveRules() []rule {
	return []rule{
		on(`is a block; write it without an equals sign`, asBlock),
		on(`is an attribute; write \w+ = \{`, asAttribute),
		on(`"[^"]*" belongs in ([a-z_]+(?: "[^"]*")?)\.`, moveHome),
		about(`^Addition of what is there$`, `is there already; write it in (set)\.`, otherAttribute),
		about(`^Policy that cannot be changed so$`, `^Write (set) = \{ ("[^"]+" = "[^"]+") \}\.$`, otherAttribute),
		on(`or take the block away\.`, unwrap),
		on(`Move the build of pipeline "([^"]+)" in front of this deploy\.`, moveBuild),
	}
}

// afterName is where something other than a blank stands behind the name that a problem is about.
func afterName(p Problem) (at int, rest []byte) {
	rest = bytes.TrimLeft(p.File.Text[p.End:], " \t")
	return len(p.File.Text) - len(rest), rest
}

// asBlock takes the equals sign away, and the commas between what was the members of an object.
func asBlock(c *Config, p Problem, _ []string) []Fix {
	a := c.place(p.File, p.Start).attribute
	at, rest := afterName(p)
	if a == nil || !bytes.HasPrefix(rest, []byte("=")) || !strings.HasPrefix(a.Value.Of(p.File.Text), "{") {
		return nil
	}
	edits := []Edit{{Location{p.File, outline.Span{Start: at, End: a.Value.Start}}, ""}}
	members, _ := collectionOf(parseNative(p.File.Text, a.Value), a.Value.Start)
	for i, item := range members.items {
		end := members.End - 1
		if i+1 < len(members.items) {
			end = members.items[i+1].Start
		}
		between := p.File.Text[item.End:end]
		if comma := bytes.IndexByte(between, ','); comma >= 0 && len(bytes.TrimSpace(between[:comma])) == 0 {
			with := ""
			if bytes.IndexByte(between, '\n') < 0 {
				with = "\n"
			}
			edits = append(edits, Edit{Location{p.File, outline.Span{Start: item.End, End: item.End + comma + 1}}, with})
		}
	}
	if len(members.items) > 1 && bytes.IndexByte(p.File.Text[members.Start:members.items[0].Start], '\n') < 0 {
		start := outline.Span{Start: members.Start + 1, End: members.Start + 1}
		end := outline.Span{Start: members.End - 1, End: members.End - 1}
		edits = append(edits, Edit{Location{p.File, start}, "\n"}, Edit{Location{p.File, end}, "\n"})
	}
	return one(fmt.Sprintf("Write %s as a block", p.text()), edits...)
}

func asAttribute(_ *Config, p Problem, _ []string) []Fix {
	at, rest := afterName(p)
	if !bytes.HasPrefix(rest, []byte("{")) {
		return nil
	}
	return one(fmt.Sprintf("Write %s with an equals sign", p.text()), Edit{Location{p.File, outline.Span{Start: at, End: at}}, "= "})
}

// otherAttribute moves an item of a list or object into the object that another attribute of the block is, as the message writes it.
func otherAttribute(c *Config, p Problem, found []string) []Fix {
	around, block := c.items(p), c.blockOf(p)
	if len(around) == 0 || block == nil || block.Body == nil {
		return nil
	}
	item := around[0].item()
	member := item.Of(p.File.Text)
	if len(found) > 2 {
		member = found[2]
	}
	gone := around[0].without(p.File)
	if len(around[0].items) == 1 {
		gone = withGap(p.File, c.place(p.File, p.Start).attribute.Span)
	}
	title := fmt.Sprintf("Write it in %s", found[1])
	to := block.Body.Attribute(found[1])
	if to == nil {
		return one(title, append(insert(p.File, block, found[1]+" = { "+member+" }"), Edit{gone, ""})...)
	}
	object, _ := collectionOf(parseNative(p.File.Text, to.Value), to.Value.Start)
	if len(object.items) == 0 {
		return nil
	}
	return one(title, object.with(p.File, member), Edit{gone, ""})
}

// moveHome moves an attribute or block into the block that takes such ones, if there is exactly one in question: around it, or in
// the block that it stands in.
func moveHome(c *Config, p Problem, found []string) []Fix {
	place := c.place(p.File, p.Start)
	span := outline.Span{}
	switch {
	case place.attribute != nil:
		span = place.attribute.Span
	case place.block != nil && place.block.Closed:
		span = place.block.Span
	default:
		return nil
	}
	var home *outline.Block
	for _, block := range slices.Backward(place.path) {
		if home == nil && header(p.File.Text, block) == found[1] || block.Type.Text == found[1] && home == nil {
			home = block
		}
	}
	if home == nil {
		var inside []*outline.Block
		place.body.Walk(func(path []*outline.Block) {
			block := path[len(path)-1]
			if header(p.File.Text, block) == found[1] || block.Type.Text == found[1] {
				inside = append(inside, block)
			}
		})
		if len(inside) == 1 {
			home = inside[0]
		}
	}
	name := p.text()
	title := fmt.Sprintf("Move %s into %s", name, found[1])
	moved := dedent(p.File, span)
	gone := Edit{withGap(p.File, span), ""}
	switch {
	case home != nil && home.Body == nil || home != nil && home.Body.Attribute(name) != nil:
		return nil
	case home != nil && place.attribute != nil:
		return one(title, append(insert(p.File, home, moved), gone)...)
	case home != nil:
		return one(title, append(insertLast(p.File, home, moved), gone)...)
	}
	own, known := row(place.path)
	nested, takes := own.Block(found[1], "")
	if !known || !takes || len(nested.Labels) > 0 || len(place.path) == 0 {
		return nil
	}
	block := found[1] + " {\n  " + strings.ReplaceAll(moved, "\n", "\n  ") + "\n}"
	indent := indentAt(p.File.Text, span.Start)
	return one(title, Edit{Location{p.File, span}, indented(block, indent)[1+len(indent):]})
}

// dedent is a part of a file as it would stand at the beginning of a line.
func dedent(file *File, span outline.Span) string {
	text := strings.ReplaceAll(span.Of(file.Text), "\r\n", "\n")
	return strings.ReplaceAll(text, "\n"+indentAt(file.Text, span.Start), "\n")
}

// unwrap takes a block away and leaves what is in it.
func unwrap(_ *Config, p Problem, _ []string) []Fix {
	path := blockAt(p)
	if path == nil || !path[len(path)-1].Closed {
		return nil
	}
	block := path[len(path)-1]
	inside := block.Body.Span
	body := strings.ReplaceAll(inside.Of(p.File.Text), "\r\n", "\n")
	around := indentAt(p.File.Text, block.Start)
	body = strings.ReplaceAll(body, "\n"+indentIn(p.File, block), "\n"+around)
	body = regexp.MustCompile(`^[ \t]*(?:#[^\n]*)?\n`).ReplaceAllString(body, "")
	return one("Take the block "+block.Type.Text+" away", Edit{Location{p.File, block.Span}, strings.TrimSpace(body)})
}

// moveBuild moves the build of a pipeline in front of the deploy that a problem is about, out of what stands behind it.
func moveBuild(_ *Config, p Problem, found []string) []Fix {
	path := blockAt(p)
	next := inStage(path)
	if next == nil || path[0].Body == nil {
		return nil
	}
	var build *outline.Block
	alone := true // whether its block has nothing else, and would be empty
	p.File.Body.Walk(func(path []*outline.Block) {
		if block := path[len(path)-1]; block.Type.Text == "build" && path[0].Type.Text == "pipeline" && len(path[0].Labels) > 0 &&
			path[0].Labels[0].Text == found[1] {
			build, alone = block, len(path[len(path)-2].Body.Blocks) == 1
		}
	})
	if build == nil || alone || !build.Closed || build.Start < next.End && build.End > next.Start {
		return nil
	}
	indent := indentAt(p.File.Text, next.Start)
	text := strings.ReplaceAll(dedent(p.File, build.Span), "\n", "\n"+indent) + "\n\n" + indent
	at := outline.Span{Start: next.Start, End: next.Start}
	return one("Move the build in front of it", Edit{Location{p.File, at}, text}, Edit{withGap(p.File, build.Span), ""})
}
