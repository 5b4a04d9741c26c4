package prove

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// names finds two resources of one type that would have one name in one account,
// as the labels a-b and a_b, or a with b-c and a-b with c, would.
func names(p *plan.Plan) hcl.Diagnostics {
	var diags hcl.Diagnostics
	type key struct {
		account            *plan.Account
		resourceType, name string
	}
	taken := map[key]*plan.Resource{}
	for _, r := range p.Resources {
		rule, named := aws.NameRuleOf(r.Type)
		if !named {
			continue
		}
		name := written(r.Properties.Get(rule.Property))
		if name == "" {
			continue
		}
		k := key{r.Stack.Account, r.Type, name}
		if r.Type == "AWS::S3::Bucket" {
			k.account = nil // a bucket's name is taken in all of AWS
		}
		first := taken[k]
		if first == nil {
			taken[k] = r
			continue
		}
		diags = append(diags, failure(r.Origin, "Two resources of one name",
			"This label and the one at %s both give a resource of type %s the name %s. Rename one of them.",
			first.Origin, r.Type, name))
	}
	return diags
}

// written is a name as the template will show it; empty for one that another resource gives.
func written(v plan.Value) string {
	switch v := v.(type) {
	case plan.String:
		return string(v)
	case plan.Param:
		return "${" + v.Of.Name + "}"
	case plan.Pseudo:
		return "${" + string(v) + "}"
	case plan.Concat:
		var text strings.Builder
		for _, part := range v {
			text.WriteString(written(part))
		}
		return text.String()
	}
	return ""
}
