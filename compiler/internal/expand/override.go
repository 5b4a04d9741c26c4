package expand

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// overrides expands the override blocks: they change what the other blocks became.
func (x *expander) overrides(c *spec.Config) {
	for _, o := range c.Overrides {
		r := x.plan.Resource(o.Label.Value)
		switch {
		case r == nil:
			x.unknownResource(o.Label.Range, o.Label.Value)
			continue
		case slices.Contains(x.written, r):
			x.errorf(o.Label.Range, fmt.Sprintf("Override of the configuration's own resource %q", r.ID), "Change its resource block at %s:%d instead.",
				r.Origin.Filename, r.Origin.Start.Line)
			continue
		}
		e := editing{x, r, map[string]bool{}}
		for _, member := range o.Set.Members {
			e.change(member.Name, x.value(member.Value), setValue)
			e.place(member)
		}
		for _, member := range o.Add.Members {
			e.change(member.Name, x.value(member.Value), addValue)
			e.place(member)
		}
		for _, path := range lastFirst(o.Remove.Items) {
			e.change(path, nil, removeValue)
			r.Removed = append(r.Removed, plan.Place{Path: path.Value, At: path.Range})
		}
		for _, id := range o.DependsOn.Items {
			x.dependency(r, id)
		}
		r.Written, r.Origin = true, o.Label.Range
	}
}

// place notes where the configuration wrote what it has just set or added.
func (e *editing) place(member spec.Member) {
	path := member.Name.Value
	if list, atEnd := strings.CutSuffix(path, "/-"); atEnd {
		path = fmt.Sprintf("%s/%d", list, e.length(list)-1)
	}
	e.resource.Places = append(append(e.resource.Places, plan.Place{Path: path, At: member.Name.Range}), places(path, member.Value)...)
}

// length is how many items the list at a path in the properties has.
func (e *editing) length(path string) int {
	v := plan.Value(plan.Object{{Key: "Properties", Value: e.resource.Properties}})
	for step := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		v = plan.Bare(v)
		if text, ok := v.(plan.JSONText); ok {
			v = plan.Bare(text.Of)
		}
		switch in := v.(type) {
		case plan.Object:
			v = in.Get(strings.NewReplacer("~1", "/", "~0", "~").Replace(step))
		case plan.List:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(in) {
				return 0
			}
			v = in[i]
		}
	}
	list, _ := plan.Bare(v).(plan.List)
	return len(list)
}

// lastFirst puts the items of one list in the order in which taking one away leaves the others where they are.
func lastFirst(paths []spec.Text) []spec.Text {
	out := slices.Clone(paths)
	slices.SortStableFunc(out, func(a, b spec.Text) int {
		inA, itemA := parted(a.Value)
		inB, itemB := parted(b.Value)
		if inA != inB {
			return strings.Compare(inB, inA) // what is inside goes before what it is in
		}
		return itemB - itemA
	})
	return out
}

// parted parts a path into the list that it leads to and the number of the item.
func parted(path string) (list string, item int) {
	at := strings.LastIndexByte(path, '/')
	item, err := strconv.Atoi(path[at+1:])
	if err != nil {
		return path, 0
	}
	return path[:at], item
}

// editing changes one resource.
type editing struct {
	*expander
	resource *plan.Resource
	changed  map[string]bool // paths
}

// edit is what happens at the end of a path.
type edit int

const (
	setValue edit = iota
	addValue
	removeValue
)

// change follows a JSON pointer (RFC 6901) into the resource.
func (e *editing) change(path spec.Text, value plan.Value, how edit) {
	steps, ok := e.steps(path)
	if !ok {
		return
	}
	if e.changed[path.Value] {
		e.errorf(path.Range, "Path that stands in the block twice", "Keep one of the two.")
		return
	}
	e.changed[path.Value] = !strings.HasSuffix(path.Value, "/-")
	switch steps[0] {
	case "DeletionPolicy", "UpdateReplacePolicy":
		e.policy(path, steps, value, how)
		return
	case "Properties":
		if rule, named := aws.NameRuleOf(e.resource.Type); named && len(steps) > 1 && steps[1] == rule.Property {
			e.errorf(path.Range, "Override of a name", "The name of %s is written down in other places too, so that accounts need not tell each other; change the labels that it is made of.", e.resource.ID)
			return
		}
		if why := bound(e.resource, steps[1:]); why != "" {
			e.errorf(path.Range, fmt.Sprintf("Override of %q", steps[1]), "%s", why)
			return
		}
	}
	if strings.HasPrefix(path.Value, "/Metadata/Purpose") {
		e.errorf(path.Range, "Override of the purpose", "It says why cfnpipe made the resource. Write a member of your own, such as /Metadata/Note.")
		return
	}
	part := map[string]*plan.Object{
		"Properties": &e.resource.Properties, "CreationPolicy": &e.resource.CreationPolicy, "UpdatePolicy": &e.resource.UpdatePolicy, "Metadata": &e.resource.Metadata,
	}[steps[0]]
	if part == nil {
		e.errorf(path.Range, fmt.Sprintf("Override of %q", steps[0]), "A path begins with /Properties/, /CreationPolicy/, /UpdatePolicy/, /Metadata/, /DeletionPolicy or /UpdateReplacePolicy.")
		return
	}
	if len(steps) < 2 {
		e.errorf(path.Range, "Override of everything", "Name what is to change, such as /%s/%s.", steps[0], firstKey(*part))
		return
	}
	if changed, ok := e.within(path.Range, *part, steps, 1, value, how); ok {
		*part, _ = changed.(plan.Object)
	}
}

// bound says why a property of what a pipeline deploys cannot be changed, although it is no name with a suffix; empty if it can.
func bound(r *plan.Resource, steps []string) string {
	if len(steps) == 0 {
		return ""
	}
	if r.Type == "Custom::FunctionStack" {
		return map[string]string{
			"StackName": "The pipeline deploys to the stack of this name.", "RoleARN": "The pipeline deploys with this role.",
		}[steps[0]]
	}
	if r.Type == "AWS::CloudFormation::WaitCondition" {
		return "CloudFormation updates no wait condition, so that the next update of the stack would fail."
	}
	if r.Type == "Custom::BlueGreenFleet" && len(steps) > 1 {
		const known = "CodeDeploy's rights, the pipeline and the resource itself know hosts and deployment group by their names."
		return map[string]string{
			"Fleet/AutoScalingGroupName": known, "Fleet/Tags": known, "Group/ApplicationName": known, "Group/DeploymentGroupName": known,
		}[steps[0]+"/"+steps[1]]
	}
	if !r.Stack.ByPipeline() {
		return ""
	}
	const alias = "Alarms, deployments, permissions and the load balancer are about this function's alias " + liveAlias + "."
	return map[string]string{
		"AWS::Lambda::Alias/Name":             alias,
		"AWS::Lambda::Alias/FunctionName":     alias,
		"AWS::Lambda::Url/Qualifier":          alias,
		"AWS::Lambda::Url/TargetFunctionArn":  alias,
		"AWS::Lambda::Function/Role":          "A release may give the function this role and no other. Give the role what the function needs: attach an AWS::IAM::Policy of a resource block to it.",
		"AWS::Lambda::Function/Architectures": "The build makes the image for x86_64.",
		"AWS::Lambda::Function/PackageType":   "The function runs an image.",
	}[r.Type+"/"+steps[0]]
}

func firstKey(o plan.Object) string {
	if len(o) == 0 {
		return "NAME"
	}
	return o[0].Key
}

func (e *editing) steps(path spec.Text) ([]string, bool) {
	if !strings.HasPrefix(path.Value, "/") || path.Value == "/" {
		advice := fmt.Sprintf("Write a JSON pointer, such as /Properties/%s.", firstKey(e.resource.Properties))
		if strings.HasPrefix(path.Value, "Properties/") {
			advice += fmt.Sprintf(" Did you mean %q?", "/"+path.Value)
		}
		e.errorf(path.Range, fmt.Sprintf("%q is not a path", path.Value), "%s", advice)
		return nil, false
	}
	steps := strings.Split(path.Value[1:], "/")
	for i, step := range steps {
		steps[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
	}
	return steps, true
}

// policy changes one of the two policies, which are always there.
func (e *editing) policy(path spec.Text, steps []string, value plan.Value, how edit) {
	of := map[string]*string{"DeletionPolicy": &e.resource.DeletionPolicy, "UpdateReplacePolicy": &e.resource.UpdateReplacePolicy}[steps[0]]
	text, isText := plan.Bare(value).(plan.String)
	allowed := []string{"Delete", "Retain", "Snapshot"}
	switch {
	case how != setValue || len(steps) > 1:
		e.errorf(path.Range, "Policy that cannot be changed so", "Write set = { \"/%s\" = \"Retain\" }.", steps[0])
	case !isText || !slices.Contains(allowed, string(text)):
		e.errorf(path.Range, "Unknown policy", "%s takes: %s.", steps[0], strings.Join(allowed, ", "))
	case string(text) == *of:
		e.unchanged(path.Range)
	case e.resource.Type == "AWS::S3::Bucket":
		e.errorf(path.Range, "Generated bucket that is to stay", "%s is emptied when its stack is deleted or it is replaced; what is to last belongs into another bucket.", e.resource.ID)
	case text == "Snapshot" && !takesSnapshot(e.resource.Type):
		e.errorf(path.Range, "Resource without snapshots", "%s has none. Write \"Retain\".", e.resource.Type)
	default:
		*of = string(text)
		e.resource.Sources = append(e.resource.Sources, plan.Place{Path: path.Value, At: path.Range})
		e.resource.Stays = e.resource.DeletionPolicy != plan.Delete || e.resource.UpdateReplacePolicy != plan.Delete
	}
}

func (e *editing) unchanged(at hcl.Range) {
	e.errorf(at, "Override that changes nothing", "%s has this value already. Leave it out.", e.resource.ID)
}

// within returns v with what stands at steps[depth:] changed; v itself is not changed.
func (e *editing) within(at hcl.Range, v plan.Value, steps []string, depth int, value plan.Value, how edit) (plan.Value, bool) {
	step, last := steps[depth], depth == len(steps)-1
	switch v := v.(type) {
	case plan.Object:
		i := slices.IndexFunc(v, func(f plan.Field) bool { return f.Key == step })
		out := slices.Clone(v)
		switch {
		case i < 0 && last && how == addValue:
			return append(out, plan.Field{Key: step, Value: value}), true
		case i < 0:
			return nil, e.nothingThere(at, v, steps, depth, last && how == setValue)
		case last && how == removeValue:
			return slices.Delete(out, i, i+1), true
		}
		changed, ok := e.item(at, v[i].Value, steps, depth, value, how)
		out[i].Value = changed
		return out, ok
	case plan.List:
		out := slices.Clone(v)
		if step == "-" && last && how == addValue {
			return append(out, value), true
		}
		i, err := strconv.Atoi(step)
		if err != nil || i < 0 || i >= len(v) || strconv.Itoa(i) != step {
			e.errorf(at, "Override of what is not there", "%s of %s has %d items, which are counted from 0.%s", pointer(steps[:depth]), e.resource.ID, len(v),
				map[bool]string{true: " The end of the list is \"-\", for add."}[last])
			return nil, false
		}
		if last && how == removeValue {
			return slices.Delete(out, i, i+1), true
		}
		changed, ok := e.item(at, v[i], steps, depth, value, how)
		out[i] = changed
		return out, ok
	}
	if known, ok := v.(plan.From); ok {
		known.Of, ok = e.within(at, known.Of, steps, depth, value, how)
		return known, ok
	}
	if text, ok := v.(plan.JSONText); ok {
		if name := loose(value); name != "" {
			e.errorf(at, "Parameter that may be any text", "%s of %s is JSON, and a quote in the value of %q would break it. Give the parameter allowed_values without quotes.",
				pointer(steps[:depth]), e.resource.ID, name)
			return nil, false
		}
		changed, ok := e.within(at, text.Of, steps, depth, value, how)
		text.Of = changed
		return text, ok
	}
	e.errorf(at, "Override inside one value", "%s of %s is one value; set it as a whole.", pointer(steps[:depth]), e.resource.ID)
	return nil, false
}

// loose is a parameter of the configuration in a value that may hold what JSON writes another way; empty if there is none.
func loose(value plan.Value) string {
	name := ""
	plan.Walk(value, func(v plan.Value) {
		of, ok := v.(plan.Param)
		if !ok || !of.Of.Declared || of.Of.Type == "Number" {
			return
		}
		breaks := func(text string) bool { return strings.ContainsAny(text, "\"\\\n\t") }
		if len(of.Of.AllowedValues) == 0 || slices.ContainsFunc(of.Of.AllowedValues, breaks) {
			name = of.Of.Name
		}
	})
	return name
}

// item changes what stands at a step, or goes on into it.
func (e *editing) item(at hcl.Range, old plan.Value, steps []string, depth int, value plan.Value, how edit) (plan.Value, bool) {
	switch {
	case depth < len(steps)-1:
		return e.within(at, old, steps, depth+1, value, how)
	case how == addValue:
		e.errorf(at, "Addition of what is there", "%s of %s is there already; write it in set.", pointer(steps), e.resource.ID)
		return nil, false
	case plan.Equal(old, value):
		e.unchanged(at)
		return nil, false
	}
	return value, true
}

// nothingThere reports a step that an object has not.
func (e *editing) nothingThere(at hcl.Range, o plan.Object, steps []string, depth int, canAdd bool) bool {
	var keys []string
	for _, field := range o {
		keys = append(keys, field.Key)
	}
	detail := fmt.Sprintf("%s of %s has no %q.%s", pointer(steps[:depth]), e.resource.ID, steps[depth], spec.DidYouMean(steps[depth], keys))
	if len(keys) > 0 {
		detail += fmt.Sprintf(" It has: %s.", spec.Listed(keys))
	}
	if canAdd {
		detail += " What is new goes into add."
	}
	e.errorf(at, "Override of what is not there", "%s", detail)
	return false
}

// pointer is the path of steps, for messages.
func pointer(steps []string) string { return "/" + strings.Join(steps, "/") }
