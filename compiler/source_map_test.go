package compiler_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// mapped is a source map as a reader of it has it.
type mapped struct {
	Templates []struct {
		File     string
		Mappings []struct {
			Pointer    string
			Start, End struct{ Line, Column int }
		}
	}
}

// version is a configuration with its templates and their source maps, in both layouts.
type version struct {
	text      []byte
	templates map[string][]byte
	decided   map[string]map[string][]hcl.Range // by template and pointer
}

// versionOf compiles; nil if the configuration has errors.
func versionOf(t testing.TB, text []byte) *version {
	t.Helper()
	system, diags := compileText(text)
	if diags.HasErrors() {
		return nil
	}
	v := &version{text, map[string][]byte{}, map[string]map[string][]hcl.Range{}}
	one, err := system.Template()
	files, folderErr := system.Folder()
	if err != nil || folderErr != nil {
		return nil
	}
	for _, file := range append(files, compiler.File{Path: "one.template.json", Bytes: one}) {
		if strings.HasSuffix(file.Path, ".template.json") {
			v.templates[file.Path] = file.Bytes
		}
	}
	for _, text := range [][]byte{system.SourceMap("one.template.json"), system.SourceMap("")} {
		var m mapped
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatal(err)
		}
		for _, template := range m.Templates {
			places := map[string][]hcl.Range{}
			for _, p := range template.Mappings {
				places[p.Pointer] = append(places[p.Pointer], hcl.Range{
					Start: hcl.Pos{Line: p.Start.Line, Column: p.Start.Column}, End: hcl.Pos{Line: p.End.Line, Column: p.End.Column},
				})
			}
			v.decided[template.File] = places
		}
	}
	return v
}

// span is a stretch of a configuration in lines and columns.
func span(text []byte, from, to int) hcl.Range {
	pos := func(offset int) hcl.Pos {
		before := text[:offset]
		return hcl.Pos{Line: bytes.Count(before, []byte("\n")) + 1, Column: len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:]))) + 1}
	}
	return hcl.Range{Start: pos(from), End: pos(to)}
}

func before(a, b hcl.Pos) bool { return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column }

// meets tells whether two stretches have something in common.
func meets(a, b hcl.Range) bool { return before(a.Start, b.End) && before(b.Start, a.End) }

// credits tells whether the source map of a template says of a part that an attribute decides it: by the nearest part around it that is
// listed, or, of a part that the other version lacks, by something in it.
func (v *version) credits(template, pointer string, attribute hcl.Range, whole bool) bool {
	places := v.decided[template]
	about := func(at hcl.Range) bool { return meets(at, attribute) }
	for path := pointer; path != ""; path = path[:strings.LastIndexByte(path, '/')] {
		if listed := places[path]; len(listed) > 0 {
			if slices.ContainsFunc(listed, about) {
				return true
			}
			break
		}
	}
	for path, listed := range places {
		if whole && strings.HasPrefix(path, pointer+"/") && slices.ContainsFunc(listed, about) {
			return true
		}
	}
	return false
}

// TestSourceMapNamesWhatIsThere holds that every pointer of a source map leads to something in its template.
func TestSourceMapNamesWhatIsThere(t *testing.T) {
	for _, name := range examples(t) {
		v := versionOf(t, source(t, name))
		for file, places := range v.decided {
			var document any
			if err := json.Unmarshal(v.templates[file], &document); err != nil {
				t.Fatal(err)
			}
			for pointer := range places {
				if !leads(document, pointer) {
					t.Errorf("%s: %s has no %s", name, file, pointer)
				}
			}
		}
	}
}

func leads(document any, pointer string) bool {
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		switch in := document.(type) {
		case map[string]any:
			next, ok := in[step]
			if !ok {
				return false
			}
			document = next
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(in) {
				return false
			}
			document = in[i]
		default:
			return false
		}
	}
	return true
}
