package template

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Embed writes the templates of stacks that a pipeline makes into what carries them to it.
func Embed(p *plan.Plan) {
	if !slices.ContainsFunc(p.Stacks, (*plan.Stack).ByPipeline) {
		return
	}
	for _, r := range p.Resources {
		if !carries(r.Properties) {
			continue
		}
		r.Properties, _ = plan.Transform(r.Properties, func(v plan.Value) plan.Value {
			if of, is := v.(plan.Archive); is {
				return archive(p, of.Of)
			}
			return v
		}).(plan.Object)
	}
}

// archive packs templates. Nothing in it tells when, where and by whom it was made. Writing to memory does not fail.
func archive(p *plan.Plan, stacks []*plan.Stack) plan.Value {
	var packed bytes.Buffer
	pressed, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	files := tar.NewWriter(pressed)
	for _, stack := range stacks {
		var text bytes.Buffer
		_ = json.Compact(&text, Stack(p, stack)) // what was printed is JSON
		_ = files.WriteHeader(&tar.Header{Name: stack.File(), Mode: 0o644, Size: int64(text.Len()), Format: tar.FormatUSTAR})
		_, _ = files.Write(text.Bytes())
	}
	_ = files.Close()
	_ = pressed.Close()
	return plan.String(base64.StdEncoding.EncodeToString(packed.Bytes()))
}

// archived finds what archive made in a text: base64 that begins as gzip does.
var archived = regexp.MustCompile(`H4sI[A-Za-z0-9+/]{100,}=*`)

// Archived lists the files of the archives that stand in a value.
func Archived(v plan.Value) []string {
	var names []string
	plan.Walk(v, func(v plan.Value) {
		text, _ := v.(plan.String)
		for _, line := range archived.FindAllString(string(text), -1) {
			names = append(names, unpacked(line)...)
		}
	})
	return names
}

// unpacked is nothing for what is no archive.
func unpacked(text string) []string {
	packed, _ := base64.StdEncoding.DecodeString(text)
	plain, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}
	var names []string
	files := tar.NewReader(plain)
	for file, err := files.Next(); err == nil; file, err = files.Next() {
		names = append(names, file.Name)
	}
	return names
}

func carries(v plan.Value) bool {
	found := false
	plan.Walk(v, func(v plan.Value) {
		_, is := v.(plan.Archive)
		found = found || is
	})
	return found
}
