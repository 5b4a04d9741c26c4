package expand

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// shortBase is the longest name before "-" and the suffix of a type that may
// have 32 characters, so that 16 are left for the suffix.
const shortBase = 32 - 1 - shortestRoom

// shortName is the name of a label's resource where names are short: the label
// as it is, or its beginning and a hash of the whole when that is too long.
func shortName(label, kind string) string {
	name := plan.PhysicalName(label, kind)
	// Elastic Load Balancing keeps names that begin so for itself (API reference, CreateLoadBalancer).
	if len(name) <= shortBase && !strings.HasPrefix(name, "internal-") {
		return name
	}
	return cut(plan.PhysicalName(label), shortBase-len(kind)-2-4) + "-" + hash(4, label) + "-" + kind
}

func cut(text string, length int) string {
	return strings.Trim(text[:min(len(text), max(length, 1))], "-")
}

// hash is the beginning of a hash of its parts; the same parts give the same text for ever.
func hash(length int, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])[:length]
}

func splitAny(text, separators string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(separators, r) })
}
