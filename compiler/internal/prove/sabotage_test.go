package prove

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/expand"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/template"
	"github.com/cfnpipe/cfnpipe/spec/decode"
)

// damage is a plan made wrong in one place.
type damage struct {
	what  string
	proof string // that is meant to find it
	says  string // part of what the proof says
	do    func()
}

// damages makes, by program, every damage of one kind that a plan offers a place for.
type damages func(p *plan.Plan) []damage

// TestSabotage damages the plans of all examples, and of what no example shows, in one place at a time: the
// proof that is meant to find it does, and without damage all are silent. Every
// edge and every rule of the tables has to be what finds one of the damages.
func TestSabotage(t *testing.T) {
	plans := map[string]*plan.Plan{
		"stages": planOf(t, stagesSource), "functions": planOf(t, functionsSource),
		"canaries": planOf(t, canarySource), "canary at home": planOf(t, canaryAtHome),
	}
	for _, name := range exampleNames(t) {
		plans[name] = examplePlan(t, name)
	}
	// Those that have every kind of policy, and beside them those that have some of their own.
	every, own := []string{"storefront", "lambda-canary"}, []string{"ec2-blue-green", "four-stages", "microservices", "monorepo", "functions"}
	var lock sync.Mutex
	done, caught := 0, 0
	spoke := map[string]bool{}
	t.Run("plans", func(t *testing.T) {
		for name, p := range plans {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				all := slices.Concat(orderDamages, referenceDamages, nameDamages, limitDamages, teardownDamages, senseDamages, canaryDamages, shapeDamages)
				if slices.Contains(every, name) || slices.Contains(own, name) {
					all = append(all, accessDamages...)
				}
				if slices.Contains(every, name) {
					all = slices.Concat(all, dangerDamages, grammarDamages, weakDamages)
				}
				d, c, s := sabotage(t, p, all)
				lock.Lock()
				defer lock.Unlock()
				done, caught = done+d, caught+c
				maps.Copy(spoke, s)
			})
		}
	})
	t.Logf("%d damaged, %d caught", done, caught)
	if done < 40_000 {
		t.Errorf("only %d damaged", done)
	}
	unheard(t, spoke)
}

// sabotage damages a plan in some ways. spoke is what the proofs said, by the types of the resources that it is about.
func sabotage(t *testing.T, p *plan.Plan, all []damages) (done, caught int, spoke map[string]bool) {
	t.Helper()
	if diags := Plan(p); len(diags) > 0 {
		t.Fatalf("undamaged, and yet: %v", diags)
	}
	spoke = map[string]bool{}
	for _, make := range all {
		for _, d := range make(p) {
			restore := keep(p)
			d.do()
			diags := proved(p, d.proof)
			for _, diag := range diags {
				spoke[typeIn(p, diag)+": "+diag.Detail] = true
			}
			restore()
			done++
			found := slices.IndexFunc(diags, func(d2 *hcl.Diagnostic) bool {
				return d2.Severity == hcl.DiagError && strings.Contains(d2.Summary+": "+d2.Detail, d.says)
			})
			if found < 0 {
				t.Errorf("%s: proof %s does not say %q, but %v", d.what, d.proof, d.says, diags)
				continue
			}
			if diags[found].Subject.Filename != "pipeline.hcl" || diags[found].Subject.Start.Line == 0 {
				t.Errorf("%s: found nowhere in the configuration: %v", d.what, diags[found].Subject)
			}
			caught++
		}
	}
	return done, caught, spoke
}

// typeIn is the type of the resource that a diagnostic begins with.
func typeIn(p *plan.Plan, diag *hcl.Diagnostic) string {
	id, _, _ := strings.Cut(diag.Detail, " ")
	for _, r := range p.Resources {
		if r.ID == id {
			return r.Type
		}
	}
	return ""
}

// unheard fails for each edge and rule that found nothing in any damage.
func unheard(t *testing.T, spoke map[string]bool) {
	t.Helper()
	heard := func(resourceType, words, source string) bool {
		for text := range spoke {
			if strings.HasPrefix(text, resourceType) && strings.Contains(text, words) && strings.Contains(text, "Source: "+source+".") {
				return true
			}
		}
		return false
	}
	for resourceType, table := range edges {
		for _, e := range table {
			if !heard(resourceType, e.because, e.source) {
				t.Errorf("no damage is found by the edge of %s: %s", resourceType, e.because)
			}
		}
	}
	for _, table := range []map[string][]rule{teardownRules, senseRules} {
		for resourceType, rules := range table {
			for _, r := range rules {
				if !heard(resourceType, r.remedy, r.source) {
					t.Errorf("no damage is found by the rule of %s: %s", resourceType, r.remedy)
				}
			}
		}
	}
}

func proved(p *plan.Plan, proof string) hcl.Diagnostics {
	return map[string]func(*survey) hcl.Diagnostics{
		"names": names, "references": references, "shapes": shapes, "limits": limits, "order": order, "teardown": teardown, "sense": sense, "access": permitted, "danger": danger, "grammar": grammar,
	}[proof](surveyOf(p))
}

func exampleNames(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../../../examples/*/pipeline.hcl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	var names []string
	for _, file := range files {
		names = append(names, filepath.Base(filepath.Dir(file)))
	}
	return names
}

func examplePlan(t testing.TB, name string) *plan.Plan {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("../../../examples", name, "pipeline.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	return planOf(t, string(source))
}

func planOf(t testing.TB, source string) *plan.Plan {
	t.Helper()
	config, diags := decode.Files([]decode.Source{{Name: "pipeline.hcl", Bytes: []byte(source)}})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	p, diags := expand.Config(config)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	template.Embed(p)
	Complete(p)
	return p
}

// keep returns a function that undoes whatever is done to a plan until then. Damages replace values and change none.
func keep(p *plan.Plan) func() {
	whole := *p
	stacks := make([]plan.Stack, len(p.Stacks))
	for i, stack := range p.Stacks {
		stacks[i] = *stack
	}
	resources := make([]plan.Resource, len(p.Resources))
	list := slices.Clone(p.Resources)
	for i, r := range list {
		resources[i] = *r
		r.DependsOn = slices.Clone(r.DependsOn)
	}
	suffix := *p.Suffix
	return func() {
		*p = whole
		p.Resources = list
		*p.Suffix = suffix
		for i, r := range list {
			*r = resources[i]
		}
		for i, stack := range p.Stacks {
			*stack = stacks[i]
		}
	}
}

// with returns v with the value at a path of members and, by number, of list items; an item after the last is added, and
// nil takes a member away.
func with(v, value plan.Value, path ...any) plan.Value {
	if len(path) == 0 {
		return value
	}
	switch step := path[0].(type) {
	case string:
		object, _ := v.(plan.Object)
		object = slices.Clone(object)
		for i, field := range object {
			if field.Key == step {
				object[i].Value = with(field.Value, value, path[1:]...)
				if object[i].Value == nil {
					return slices.Delete(object, i, i+1)
				}
				return object
			}
		}
		return append(object, plan.Field{Key: step, Value: with(nil, value, path[1:]...)})
	case int:
		list := slices.Clone(items(v))
		if step >= len(list) {
			return append(list, with(nil, value, path[1:]...))
		}
		list[step] = with(list[step], value, path[1:]...)
		return list
	}
	panic(fmt.Sprintf("a path of %T", path[0]))
}

// put sets a property.
func put(r *plan.Resource, value plan.Value, path ...any) {
	r.Properties = with(r.Properties, value, path...).(plan.Object)
}

// setting damages every resource of a type in one way: one property gets another value, or nil takes it away.
func setting(proof, says, resourceType string, value plan.Value, path ...any) damages {
	return onEach(proof, says, resourceType, fmt.Sprintf("%v = %v", path, value), func(_ *plan.Plan, r *plan.Resource) {
		put(r, value, path...)
	})
}

// onEach damages every resource of a type, other than those of functions that a pipeline deploys, which have damages of their own.
func onEach(proof, says, resourceType, what string, do func(p *plan.Plan, r *plan.Resource)) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			if r.Type == resourceType && !ofRelease(p, r) {
				out = append(out, damage{r.ID + ": " + what, proof, says, func() { do(p, r) }})
			}
		}
		return out
	}
}

// addTo puts a new resource into the stack of another, with its origin.
func addTo(p *plan.Plan, beside *plan.Resource, id, resourceType string, properties plan.Object) *plan.Resource {
	added := &plan.Resource{
		ID: id, Type: resourceType, Stack: beside.Stack, Properties: properties, Origin: beside.Origin,
		DeletionPolicy: plan.Delete, UpdateReplacePolicy: plan.Delete,
	}
	p.Resources = append(slices.Clone(p.Resources), added)
	return added
}

// first returns the first resource of a type in the stack of another; nil if there is none.
func first(p *plan.Plan, beside *plan.Resource, resourceType string) *plan.Resource {
	for _, r := range p.Resources {
		if r.Type == resourceType && r.Stack == beside.Stack {
			return r
		}
	}
	return nil
}

func text(parts ...any) plan.Value { return plan.Text(parts...) }

func list(values ...plan.Value) plan.List { return values }

func object(pairs ...any) plan.Object {
	var out plan.Object
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, plan.Field{Key: pairs[i].(string), Value: pairs[i+1].(plan.Value)})
	}
	return out
}
