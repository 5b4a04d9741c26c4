package compiler_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// hostileStrings are those of testdata/hostile.txt, which are quoted as in Go, and some that are long.
func hostileStrings(t testing.TB) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/hostile.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		text, err := strconv.Unquote(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		out = append(out, text)
	}
	for _, length := range []int{41, 257, 1025, 4096, 4097, 64<<10 + 1} {
		out = append(out, strings.Repeat("x", length), "/"+strings.Repeat("é", length))
	}
	return out
}

// quoteHCL writes a text as a string of HCL.
func quoteHCL(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range strings.NewReplacer("${", "$${", "%{", "%%{").Replace(text) {
		switch {
		case r == '"' || r == '\\':
			out.WriteString(`\` + string(r))
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String() + `"`
}

// markers are harmless values; each place takes some of them. What a template holds of a marker it has to hold of a
// hostile string, too.
func markers() []string {
	return []string{
		"zqmarker", "/zqmarker", "zqmarker.example.com", "zqmarker@example.com", "https://zqmarker.example.com", "ssm:/zqmarker", "ZQMARKER",
	}
}

// inert is made of characters that mean nothing to anybody. It may also be the name of a resource, on which others hang.
var inert = regexp.MustCompile(`^[A-Za-z0-9._-]*$`)

// TestHostileStrings puts each hostile string in each place of the schema that takes a string. It is refused with a
// diagnostic on it, or stands in the output as data and as nothing else.
func TestHostileStrings(t *testing.T) {
	all := hostileStrings(t)
	for _, p := range places(t) {
		if !p.holdsText() && !p.isLabel && !p.isKey {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			harmless := marked(p)
			taken := 0
			for _, text := range all {
				if p.hostile(t, harmless, text) {
					taken++
				}
			}
			t.Logf("of %d strings %d are data and %d refused", len(all), taken, len(all)-taken)
		})
	}
}

// marked is what a place's markers compile to.
func marked(p place) map[string]output {
	out := map[string]output{}
	for _, marker := range markers() {
		if system, _ := compileText(p.with(quoteHCL(marker))); system != nil {
			o := outputOf(system)
			o.addPapers(system)
			out[marker] = o
		}
	}
	return out
}

// hostile tests one string; taken tells whether it was not refused.
func (p place) hostile(t *testing.T, harmless map[string]output, text string) (taken bool) {
	t.Helper()
	value := quoteHCL(text)
	system, diags := compileText(p.with(value))
	if system == nil {
		around := p.block(t)
		c := mutation{text: p.with(value), from: around.Start.Byte, to: around.End.Byte + len(value) - len(standIn)}
		if fault := c.misplaced(diags); fault != "" {
			t.Errorf("%.80q: %.600s", text, fault)
		}
		return false
	}
	got := outputOf(system)
	if bytes.Contains(got.template, []byte("{{resolve:")) {
		t.Errorf("%.80q: the template holds a dynamic reference", text)
	}
	if inert.MatchString(text) {
		if fault := unsound(got.template); fault != "" {
			t.Errorf("%.80q: %s", text, fault)
		}
		return true
	}
	normal := cty.StringVal(text).AsString() // HCL brings strings into normal form C
	var faults []string
	for marker, want := range harmless {
		c := compared(marker, normal)
		if want.mentions(marker) && got.papers == nil {
			got.addPapers(system)
		}
		if c.outputs(want, got); len(c.faults) == 0 {
			return true
		}
		faults = append(faults, fmt.Sprintf("%.500s", c.faults[0]))
	}
	t.Errorf("%.80q: %q", text, faults)
	return true
}

// compared is a comparison of a text with a marker. The prefix of a secret's store stands nowhere in the output.
func compared(marker, text string) comparison {
	const store = "ssm:"
	if strings.HasPrefix(marker, store) && strings.HasPrefix(text, store) {
		return comparison{marker: marker[len(store):], text: text[len(store):]}
	}
	return comparison{marker: marker, text: text}
}

// output is what a system is printed as. A resource is looked into only where it differs from another's.
type output struct {
	template  []byte
	resources map[string]json.RawMessage
	document  document          // without the content of resources
	papers    map[string]string // manifest.json and DEPLOY.md
}

func outputOf(system *compiler.System) output {
	template, _ := system.Template()
	return parsed(template)
}

func parsed(text []byte) output {
	out := output{template: text}
	var template struct {
		Parameters map[string]map[string]any
		Resources  map[string]json.RawMessage
	}
	if json.Unmarshal(out.template, &template) == nil {
		out.resources = template.Resources
		out.document = document{Parameters: template.Parameters, Resources: map[string]map[string]any{}}
		for id := range template.Resources {
			out.document.Resources[id] = nil
		}
	}
	return out
}

// addPapers adds what goes with the templates.
func (o *output) addPapers(system *compiler.System) {
	files, _ := system.Folder()
	o.papers = map[string]string{}
	for _, file := range files {
		if !strings.Contains(file.Path, "/") {
			o.papers[file.Path] = string(file.Bytes)
		}
	}
}

// mentions tells whether the papers hold a marker.
func (o output) mentions(marker string) bool {
	for _, paper := range o.papers {
		if strings.Contains(paper, marker) {
			return true
		}
	}
	return false
}

// comparison holds what a hostile text compiles to against what a marker compiles to.
type comparison struct {
	marker, text string
	faults       []string
}

func (c *comparison) fault(path, format string, args ...any) {
	c.faults = append(c.faults, path+": "+fmt.Sprintf(format, args...))
}

func (c *comparison) outputs(want, got output) {
	if len(got.resources) != len(want.resources) || got.resources == nil {
		c.fault("template", "it has %d resources, and %d with a marker", len(got.resources), len(want.resources))
		return
	}
	renamed := slices.DeleteFunc(slices.Sorted(maps.Keys(got.resources)), func(id string) bool { return want.resources[id] != nil })
	for _, id := range slices.Sorted(maps.Keys(want.resources)) {
		other := id
		if got.resources[id] == nil && len(renamed) > 0 {
			other, renamed = renamed[0], renamed[1:] // An id that is made of a digest of the value.
		}
		if !bytes.Equal(want.resources[id], got.resources[other]) {
			c.values(id, c.resolved(id, want), c.resolved(other, got))
		}
	}
	if got.papers == nil {
		return // They do not speak of such a value.
	}
	a, _ := decodeJSON(want.papers["manifest.json"])
	b, _ := decodeJSON(got.papers["manifest.json"])
	c.values("manifest", withoutDigests(a), withoutDigests(b))
	c.handbooks(strings.Split(withoutSizes(want.papers["DEPLOY.md"]), "\n"), strings.Split(withoutSizes(got.papers["DEPLOY.md"]), "\n"))
}

// resolved is a resource without intrinsics.
func (c *comparison) resolved(id string, from output) any {
	var value any
	if err := json.Unmarshal(from.resources[id], &value); err != nil {
		c.fault(id, "%v", err)
	}
	r := resolver{document: from.document}
	value = r.resolve(value)
	for _, fault := range r.faults {
		c.fault(id, "%s", fault)
	}
	return value
}

// values compares leaf by leaf.
func (c *comparison) values(path string, want, got any) {
	switch want := want.(type) {
	case map[string]any:
		got, _ := got.(map[string]any)
		if len(got) != len(want) {
			c.fault(path, "it has %d members, and %d with a marker", len(got), len(want))
		}
		for key, item := range want {
			c.values(path+"."+key, item, got[strings.ReplaceAll(key, c.marker, c.text)])
		}
	case []any:
		got, _ := got.([]any)
		if len(got) != len(want) {
			c.fault(path, "it has %d items, and %d with a marker", len(got), len(want))
			return
		}
		for i, item := range want {
			c.values(path+"."+strconv.Itoa(i), item, got[i])
		}
	case string:
		got, ok := got.(string)
		if !ok {
			c.fault(path, "it is no text, and one with a marker")
			return
		}
		c.texts(path, want, got)
	default:
		if want != got {
			c.fault(path, "it is %v, and %v with a marker", got, want)
		}
	}
}

// settingsDigest is the one word that changes with every setting, see Host.SettingsDigest.
var settingsDigest = regexp.MustCompile(`SETTINGS_DIGEST='[0-9a-f]+'`)

// texts compares two texts. What a marker stands in as JSON, or base64, the hostile text has to stand in likewise.
func (c *comparison) texts(path, want, got string) {
	if inside, ok := decodeJSON(want); ok {
		other, ok := decodeJSON(got)
		if !ok {
			c.fault(path, "it is no JSON: %q", got)
			return
		}
		c.values(path+" (JSON)", inside, other)
		return
	}
	if strings.HasSuffix(path, ".UserData") {
		plain, _ := base64.StdEncoding.DecodeString(want)
		other, _ := base64.StdEncoding.DecodeString(got)
		want, got = settingsDigest.ReplaceAllString(string(plain), "digest"), settingsDigest.ReplaceAllString(string(other), "digest")
	}
	want, got = c.carried(path, want, got)
	if got != strings.ReplaceAll(want, c.marker, c.text) {
		c.fault(path, "it is %q, and %q with a marker", got, want)
	}
	if !strings.Contains(want, c.marker) {
		return
	}
	// In a policy these would widen what is allowed, and CodePipeline takes #{ for a variable.
	if strings.Contains(path, "Policy") && strings.ContainsAny(c.text, "*?$") {
		c.fault(path, "a pattern stands in a policy: %q", got)
	}
	if strings.Contains(path, ".Stages.") && strings.Contains(c.text, "#{") {
		c.fault(path, "CodePipeline would replace a variable: %q", got)
	}
}

// carriedTemplate is an archive of templates on its way through a build, see script.Build.
var carriedTemplate = regexp.MustCompile(`\n([A-Za-z0-9+/=]{100,})\n`)

// carried compares the templates that two texts carry, and returns the texts without them.
func (c *comparison) carried(path, want, got string) (wantRest, gotRest string) {
	a, b := carriedTemplate.FindAllStringSubmatch(want, -1), carriedTemplate.FindAllStringSubmatch(got, -1)
	for i := range min(len(a), len(b)) {
		inside, other := unpacked(a[i][1]), unpacked(b[i][1])
		for file := range inside {
			for id := range inside[file].resources {
				c.values(path+" ("+file+")."+id, c.resolved(id, inside[file]), c.resolved(id, other[file]))
			}
		}
	}
	return carriedTemplate.ReplaceAllString(want, "\ntemplate\n"), carriedTemplate.ReplaceAllString(got, "\ntemplate\n")
}

// unpacked are the templates of an archive, see plan.Archive.
func unpacked(text string) map[string]output {
	packed, _ := base64.StdEncoding.DecodeString(text)
	plain, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}
	out := map[string]output{}
	for files := tar.NewReader(plain); ; {
		file, err := files.Next()
		if err != nil {
			return out
		}
		body, _ := io.ReadAll(files)
		out[file.Name] = parsed(body)
	}
}

func decodeJSON(text string) (any, bool) {
	var value any
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") || json.Unmarshal([]byte(text), &value) != nil {
		return nil, false
	}
	return value, true
}

// withoutDigests leaves out of the manifest what changes with every byte of a template.
func withoutDigests(manifest any) any {
	switch v := manifest.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, item := range v {
			if key != "sha256" && key != "bytes" {
				out[key] = withoutDigests(item)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = withoutDigests(item)
		}
		return out
	}
	return manifest
}

// withoutSizes leaves out of the handbook how large each template is.
func withoutSizes(handbook string) string {
	return templateSize.ReplaceAllString(handbook, " size |\n")
}

var templateSize = regexp.MustCompile(` [0-9]+ \|\n`)

// handbooks compares DEPLOY.md line by line. In commands the text is a quoted word, in prose it is code.
func (c *comparison) handbooks(want, got []string) {
	if len(want) != len(got) {
		c.fault("DEPLOY.md", "it has %d lines, and %d with a marker", len(got), len(want))
		return
	}
	commands := false
	for i, line := range want {
		commands = commands != strings.HasPrefix(line, "```")
		expected := strings.ReplaceAll(line, "`"+c.marker+"`", codeSpan(c.text))
		if word := regexp.MustCompile(`[^ "]*` + regexp.QuoteMeta(c.marker) + `[^ "]*`).FindString(line); commands && word != "" {
			expected = strings.Replace(line, word, shellWord(strings.Replace(word, c.marker, c.text, 1)), 1)
		}
		if got[i] != expected {
			c.fault("DEPLOY.md", "it says %q, and %q with a marker", got[i], line)
		}
	}
}

// shellWord is a text as one word of a shell.
func shellWord(text string) string {
	if regexp.MustCompile(`^[A-Za-z0-9_./:@,+=-]+$`).MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// codeSpan is a text as code of Markdown.
func codeSpan(text string) string {
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if fence == "`" {
		return fence + text + fence
	}
	return fence + " " + text + " " + fence
}

// TestHostileBytes writes what a string of HCL can hold without an escape.
func TestHostileBytes(t *testing.T) {
	var value place
	for _, p := range places(t) {
		if p.name == `deploy "ec2".environment value` {
			value = p
		}
	}
	for _, raw := range []string{
		"\xff", "a\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x28\xa1", "\x00", "a\x00b", "\x1b[31m", "\r", "a\rb", "\x7f", "\xc2\x9b", "\u2028", "\ufeff",
	} {
		for _, literal := range []string{`"` + raw + `"`, "<<EOT\n" + raw + "\nEOT\n"} {
			text := value.with(literal)
			system, diags := compileText(text)
			if system == nil {
				if !diags.HasErrors() || diags[0].Subject == nil {
					t.Errorf("%q: %v", literal, diags)
				}
				continue
			}
			want := strings.Trim(strings.TrimPrefix(strings.TrimSuffix(literal, "EOT\n"), "<<EOT\n"), `"`)
			if !holds(t, whole(t, system), want) {
				t.Errorf("%q is taken, and the template does not hold it", literal)
			}
		}
	}
	system, _ := compileText(append([]byte("\ufeff"), value.with(`"x"`)...))
	if system == nil {
		t.Log("a byte order mark is refused")
	}
}

// holds tells whether a setting of a host has a value.
func holds(t *testing.T, template []byte, value string) bool {
	for _, resource := range parse(t, template).Resources {
		if properties, ok := resource["Properties"].(map[string]any); ok && resource["Type"] == "AWS::SSM::Parameter" {
			var settings struct{ Environment map[string]string }
			if json.Unmarshal([]byte(text(properties["Value"])), &settings) == nil && settings.Environment["KEY"] == value {
				return true
			}
		}
	}
	return false
}
