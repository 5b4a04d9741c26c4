package decode

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// json follows nesting in JSON, and in the templates that its strings hold.
func (s *scanner) json() {
	depth := 0
	for i := 0; i < len(s.source) && len(s.diags) == 0; {
		switch c := s.source[i]; {
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				s.fault(i, i+1, "Nesting is too deep", fmt.Sprintf("Brackets and blocks may be nested %d deep.", maxDepth))
			}
			i++
		case c == '}' || c == ']':
			depth--
			i++
		case c == '"':
			end := jsonStringEnd(s.source, i)
			s.jsonString(i, end)
			i = end
		case c >= '0' && c <= '9':
			end := i
			for end < len(s.source) && strings.IndexByte("0123456789+-.eE", s.source[end]) >= 0 {
				end++
			}
			if fault := number(string(s.source[i:end])); fault != "" {
				s.fault(i, end, "Number is too large", fault)
			}
			i = end
		default:
			i++
		}
	}
}

// jsonStringEnd is the offset behind a string. HCL's scanner ends one at a control character, too.
func jsonStringEnd(source []byte, start int) int {
	for i := start + 1; i < len(source); i++ {
		switch c := source[i]; {
		case c == '\\':
			i++
		case c == '"':
			return i + 1
		case c < ' ':
			return i
		}
	}
	return len(source)
}

// jsonString looks into a JSON string, which HCL parses as a template of its native syntax, and as a reference where one is
// expected.
func (s *scanner) jsonString(start, end int) {
	var text string
	if json.Unmarshal(s.source[start:end], &text) != nil {
		return // HCL reports it, and looks no further into it.
	}
	inner := scanner{name: s.name, source: []byte(text)}
	template, _ := hclsyntax.LexTemplate(inner.source, s.name, hcl.InitialPos)
	inner.tokens(template)
	if len(inner.diags) > 0 {
		s.fault(start, end, inner.diags[0].Summary, inner.diags[0].Detail)
	}
}
