package compiler_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/cfnpipe/cfnpipe/compiler"
	"github.com/cfnpipe/cfnpipe/schema"
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

// exception is where the source map may say something else than the attribute that was changed.
type exception struct {
	attribute string // a pattern of names of places
	pointer   string // a pattern of JSON pointers
	reason    string
}

func exceptions() []exception {
	return []exception{
		{`.`, `/DependsOn(/\d+)?$`, "the order of resources follows from what there is"},
		{`.`, `^/Outputs/Export`, "what stacks tell each other follows from who refers to whom"},
		{`deploy "lambda"\.(vpc|dead_letter_queue)$`, `/BuildSpec$`, "the archive of a template in which neither is asked for has nothing of theirs"},
		{`\.secrets$`, `/Statement/\d+/Resource$`, "one ARN stands by itself, several stand in a list"},
		{`\.account$`, `.`, "an account decides what nearly every value is made of; its resources name it at their condition"},
	}
}

// perturbation is one attribute with two values.
type perturbation struct {
	name       string
	old, new   *version
	was, is    hcl.Range // where the values stand
	exceptions []exception
	used       map[int]bool
	credited   bool
	changes    int
}

// hold compares the templates, and reports each part that changed and is not said to be decided by the attribute.
func (p *perturbation) hold(t *testing.T) {
	t.Helper()
	for file, after := range p.new.templates {
		old, both := p.old.templates[file]
		if !both {
			continue
		}
		for _, d := range differences(t, old, after) {
			p.changes++
			whole := d.before == "" || d.after == ""
			credited := (d.before == "" || p.old.credits(file, d.before, p.was, whole)) && (d.after == "" || p.new.credits(file, d.after, p.is, whole))
			p.credited = p.credited || credited
			if !credited && !p.excused(d) {
				t.Errorf("%s: %s: %s -> %s changes, and the source map names %v", p.name, file, d.before, d.after, p.new.nearest(file, d))
			}
		}
	}
}

func (v *version) nearest(file string, d unlike) string {
	path := d.after
	for ; path != ""; path = path[:strings.LastIndexByte(path, '/')] {
		if listed := v.decided[file][path]; len(listed) > 0 {
			return fmt.Sprintf("%v for %s", listed, path)
		}
	}
	return "nothing"
}

func (p *perturbation) excused(d unlike) bool {
	for i, e := range p.exceptions {
		pointer := d.after
		if pointer == "" {
			pointer = d.before
		}
		if regexp.MustCompile(e.attribute).MatchString(p.name) && regexp.MustCompile(e.pointer).MatchString(pointer) {
			p.used[i] = true
			return true
		}
	}
	return false
}

// legal are values that an attribute may take, of which at least two do.
func legal(p place) []string {
	out := append([]string{}, further()[p.name]...)
	row := p.row
	for _, value := range row.Values {
		out = append(out, `"`+value+`"`)
	}
	switch {
	case strings.HasSuffix(p.name, " value") && len(out) == 0:
		return append(out, `"one"`, `"two"`)
	case row.Type == schema.AccountRef:
		return append(out, "account.main", "account.other")
	case row.Type == schema.Bool:
		return append(out, "true", "false")
	case row.Type == schema.Integer:
		out = append(out, row.Example, fmt.Sprint(row.Min), fmt.Sprint(row.Min+1))
		if row.Max > 0 {
			out = append(out, fmt.Sprint(row.Max), fmt.Sprint(row.Max-1))
		}
		return out
	case strings.HasSuffix(p.name, " item"):
		return append(out, `"one"`, `"two"`)
	}
	out = append(out, row.Example)
	if text, ok := strings.CutPrefix(row.Example, `"`); ok && row.Type == schema.String {
		out = append(out, `"x`+text, `"`+text[:len(text)-1]+`x"`, `"`+strings.ToLower(text[:len(text)-1])+`2"`)
	}
	return out
}

// further are values for attributes whose other values cannot be worked out of the schema.
func further() map[string][]string {
	certificate := `"arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-12345678901`
	subnets := func(last string) []string {
		return []string{`["subnet-0a1b2c3d4e5f6789` + last + `", "subnet-0a1b2c3d4e5f6780` + last + `"]`}
	}
	return map[string][]string{
		"region":                          {`"eu-west-1"`},
		"account.id":                      {`"210987654321"`},
		"network.cidr":                    {`"10.20.0.0/16"`},
		"network.vpc_id":                  {`"vpc-0a1b2c3d4e5f67891"`},
		"network.public_subnet_ids":       subnets("4"),
		"network.public_subnet_ids item":  {`"subnet-0a1b2c3d4e5f67890"`, `"subnet-0a1b2c3d4e5f67895"`},
		"network.private_subnet_ids":      subnets("6"),
		"network.private_subnet_ids item": {`"subnet-0a1b2c3d4e5f67892"`, `"subnet-0a1b2c3d4e5f67897"`},
		"network.certificate_arn":         {certificate + `2"`, certificate + `3"`},
		"network.allowed_cidrs":           {`["198.51.100.0/24", "192.0.2.0/24"]`},
		"network.allowed_cidrs item":      {`"198.51.100.0/24"`, `"192.0.2.0/24"`},
		"parameter.allowed_values":        {`["m5.large"]`},
		"paths.include":                   {`["services/web/**"]`},
		"paths.exclude":                   {`["docs/**", "*.txt"]`},
		`build "image".runtime`:           {`{ nodejs = "22" }`},
		`build "image".test`:              {`["make test"]`, `[]`},
		`deploy "ec2".capacity`:           {`{ min = 2, max = 2 }`, `{ min = 2, max = 4 }`},
		`deploy "ec2".environment`:        {`{ LOG_LEVEL = "debug", COLOUR = "blue" }`},
		`deploy "ec2".secrets`:            {`{ TOKEN = "storefront/token" }`},
		"route.hosts":                     {`["www.example.com"]`},
		"route.hosts item":                {`"a.example.com"`, `"b.example.com"`},
		"route.paths":                     {`["/shop/*", "/cart"]`},
		"route.paths item":                {`"/a/*"`, `"/b"`},
		`alarm "latency".percentile`:      {"90", "99"},
		`alarm "metric".dimensions`:       {`{ QueueName = "mail", Region = "x" }`},
		`deploy "lambda".command`:         {`["main.handler", "--fast"]`},
		`deploy "lambda".environment`:     {`{ LOG_LEVEL = "debug", STACK = aws.stack_name }`},
		`deploy "lambda".secrets`:         {`{ TOKEN = "storefront/token" }`},
		`deploy "lambda".traffic`:         {`{ percent = 10, minutes = 5 }`, `{ percent = 30, minutes = 5 }`},
		"canary.every":                    {`"10 minutes"`, `"1 hour"`},
		"deployment_window.cron":          {`"* * 8-17 ? * MON-FRI"`},
		"notifications.emails":            {`["crew@example.com", "boss@example.com"]`},
		"notifications.emails item":       {`"crew@example.com"`, `"boss@example.com"`},
		"notifications.on":                {`["failed"]`, `["approval_needed"]`},
		"resource.properties":             {`{ MessageRetentionPeriod = 60, FifoQueue = true, Tags = [{ Key = "a", Value = "b" }] }`},
		"resource.properties value":       {`{ Key = "a", Value = "b" }`, `{ Key = "a", Value = "c" }`},
		"resource.stack":                  {`"hello-service"`},
		"resource.depends_on":             {`["MainInternetGateway", "MainVpc"]`},
		"resource.depends_on item":        {`"MainVpc"`, `"MainInternetGateway"`},
		"override.set":                    {`{ "/Properties/TimeoutInMinutes" = 91 }`},
		"override.set value":              {`"LOCAL_SOURCE_CACHE"`, `"LOCAL_CUSTOM_CACHE"`},
		"override.add":                    {`{ "/Properties/BadgeEnabled" = false }`, `{ "/Properties/Cache/Modes/-" = "LOCAL_SOURCE_CACHE" }`},
		"override.add value":              {`{ Key = "a", Value = "b" }`, `{ Key = "a", Value = "c" }`},
		"override.depends_on":             {`["HelloArtifactBucket", "HelloImageRepository"]`},
		"override.depends_on item":        {`"HelloArtifactBucket"`, `"HelloImageRepository"`},
	}
}

// elsewhere are attributes that decide nothing in a template by themselves, with the reason.
func elsewhere() map[string]string {
	const inputs = "what a variable is given decides through the attributes that use it"
	const gone = "what it takes away stands in no template; explain knows it"
	return map[string]string{
		"variable.type": inputs, "variable.default": inputs, "variable.description": inputs, "variable.sensitive": inputs,
		"validation.condition": inputs, "validation.error_message": inputs,
		"override.remove": gone, "override.remove item": gone,
		"pipeline.for_each": "it says how many pipelines a block stands for; what they are made of, the block decides",
	}
}

// prepared is the place in a configuration that uses what the place is about.
func prepared(t testing.TB, p place) place {
	text := string(p.base)
	if strings.HasPrefix(p.name, "parameter.") {
		text += "output \"Shown\" {\n  value = param.Example\n}\n"
		text = regexp.MustCompile(`parameter "[^"]*"`).ReplaceAllString(text, `parameter "Example"`)
	}
	text = strings.NewReplacer(`"/Properties/Text"`, `"/Properties/Tags"`, `{ "Text" =`, `{ "Tags" =`).Replace(text)
	if p.row.Type == schema.AccountRef {
		at := p.block(t).Start.Byte
		text += "account \"other\" {\n  id = \"210987654321\"\n  network {\n    cidr = \"10.10.0.0/16\"\n  }\n}\n"
		headers := regexp.MustCompile(`(pipeline|deploy) ".*\{\n`).FindAllStringIndex(text, -1)
		for _, header := range slices.Backward(headers) {
			if header[0] != at {
				text = text[:header[1]] + "account = account.main\n" + text[header[1]:]
			}
		}
	}
	switch p.name {
	case "canary.account": // it stands where something is deployed
		text = strings.Replace(text, `deploy "ec2" {`, "deploy \"ec2\" {\nname = \"other\"\naccount = account.other\n}\ndeploy \"ec2\" {\nname = \"main\"", 1)
	case "output.account": // one that shows a resource stands where that is
		text = regexp.MustCompile(`value   = .*`).ReplaceAllString(text, `value = "shown"`)
	}
	p.base = []byte(text)
	return p
}

func TestEveryAttributeIsInTheSourceMap(t *testing.T) {
	used := map[int]bool{}
	all := exceptions()
	t.Parallel()
	for _, place := range places(t) {
		if place.isLabel || place.isKey || elsewhere()[place.name] != "" {
			continue
		}
		place = prepared(t, place)
		var versions []*version
		for _, value := range legal(place) {
			if v := versionOf(t, place.with(value)); v != nil && len(versions) < 5 {
				versions = append(versions, v)
			}
		}
		changes, credited := 0, false
		for i := 1; i < len(versions); i++ {
			at := bytes.Index(place.base, []byte(standIn))
			length := func(v *version) int { return len(v.text) - len(place.base) + len(standIn) }
			p := perturbation{
				name: place.name, old: versions[i-1], new: versions[i], exceptions: all, used: used,
				was: span(versions[i-1].text, at, at+length(versions[i-1])), is: span(versions[i].text, at, at+length(versions[i])),
			}
			p.hold(t)
			changes, credited = changes+p.changes, credited || p.credited
		}
		switch {
		case len(versions) < 2:
			t.Errorf("%s: %d of %q compile; further needs a row for it", place.name, len(versions), legal(place))
		case changes == 0:
			t.Errorf("%s: %q change nothing", place.name, legal(place))
		case !credited:
			t.Errorf("%s: no part is said to be decided by it", place.name)
		}
	}
	for i, e := range all {
		if !used[i] {
			t.Errorf("exception %v excuses nothing", e)
		}
	}
}

// TestAttributesOfExamplesAreInTheSourceMap changes each attribute of each example.
func TestAttributesOfExamplesAreInTheSourceMap(t *testing.T) {
	t.Parallel()
	for _, name := range examples(t) {
		text := source(t, name)
		file, diags := hclsyntax.ParseConfig(text, "pipeline.hcl", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		base, tried := versionOf(t, text), 0
		attributesOf(file.Body.(*hclsyntax.Body), schema.Root(), func(block schema.Block, row schema.Attribute, at hcl.Range) {
			place := place{name: strings.TrimPrefix(block.Header()+"."+row.Name, "."), row: row}
			if elsewhere()[place.name] != "" {
				return
			}
			for _, value := range legal(place) {
				changed := versionOf(t, slices.Concat(text[:at.Start.Byte], []byte(value), text[at.End.Byte:]))
				if changed == nil {
					continue
				}
				p := perturbation{
					name: name + ": " + place.name, old: base, new: changed, exceptions: exceptions(), used: map[int]bool{},
					was: at, is: span(changed.text, at.Start.Byte, at.Start.Byte+len(value)),
				}
				p.hold(t)
				tried++
			}
		})
		if tried == 0 {
			t.Errorf("%s: nothing was changed", name)
		}
		t.Logf("%s: %d changes", name, tried)
	}
}

// attributesOf visits the attributes of a body with their rows in the schema.
func attributesOf(body *hclsyntax.Body, block schema.Block, visit func(schema.Block, schema.Attribute, hcl.Range)) {
	for _, name := range slices.Sorted(maps.Keys(body.Attributes)) {
		if row, known := block.Attribute(name); known {
			visit(block, row, body.Attributes[name].Expr.Range())
		}
	}
	for _, nested := range body.Blocks {
		kind := ""
		if len(block.Kinds(nested.Type)) > 0 && len(nested.Labels) > 0 {
			kind = nested.Labels[0]
		}
		if row, known := block.Block(nested.Type, kind); known {
			attributesOf(nested.Body, row, visit)
		}
	}
}

// TestLabelsAreInTheSourceMap holds that what a block stands for is said to come from its label.
func TestLabelsAreInTheSourceMap(t *testing.T) {
	t.Parallel()
	for _, p := range places(t) {
		if !p.isLabel || strings.HasPrefix(p.name, "variable") {
			continue
		}
		p = prepared(t, p)
		at := bytes.Index(p.base, []byte(standIn))
		v := versionOf(t, p.with(p.row.Example))
		if v == nil {
			t.Errorf("%s: does not compile", p.name)
			continue
		}
		label := span(v.text, at, at+len(p.row.Example))
		found := false
		for _, places := range v.decided {
			for _, listed := range places {
				found = found || slices.ContainsFunc(listed, func(r hcl.Range) bool { return meets(r, label) })
			}
		}
		if !found {
			t.Errorf("%s: no part is said to come from it\n%s", p.name, v.text)
		}
	}
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
