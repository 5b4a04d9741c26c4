package template

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Embed writes the templates of stacks that a pipeline makes into what carries them to it.
func Embed(p *plan.Plan) {
	texts, digests := map[*plan.Stack]plan.String{}, map[*plan.Stack]plan.String{}
	fill := func(v plan.Value) plan.Value {
		switch v := v.(type) {
		case plan.Template:
			return texts[v.Of]
		case plan.Digest:
			return digests[v.Of]
		}
		return v
	}
	for _, stack := range p.Stacks {
		if !stack.ByPipeline() {
			continue
		}
		sum := sha256.Sum256(Stack(p, stack))
		digests[stack] = plan.String(fmt.Sprintf("%x", sum[:6]))
		for _, r := range p.Of(stack) {
			r.Properties, _ = plan.Transform(r.Properties, fill).(plan.Object)
		}
		var text bytes.Buffer
		_ = json.Compact(&text, Stack(p, stack)) // what was printed is JSON
		texts[stack] = plan.String(base64.StdEncoding.EncodeToString(text.Bytes()))
	}
	if len(texts) == 0 {
		return
	}
	for _, r := range p.Resources {
		if carries(r.Properties) {
			r.Properties, _ = plan.Transform(r.Properties, fill).(plan.Object)
		}
	}
}

func carries(v plan.Value) bool {
	found := false
	plan.Walk(v, func(v plan.Value) {
		_, is := v.(plan.Template)
		found = found || is
	})
	return found
}
