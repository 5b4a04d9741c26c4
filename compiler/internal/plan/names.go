package plan

import "strings"

// LogicalID turns labels into a logical id: each part of each label with a
// capital, hyphens and underscores dropped. It depends on nothing but the labels.
func LogicalID(labels ...string) string {
	var id strings.Builder
	for _, label := range labels {
		for _, part := range strings.FieldsFunc(label, func(r rune) bool { return r == '-' || r == '_' }) {
			id.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return id.String()
}

// PhysicalName turns labels into the part of a physical name that stands before
// the suffix: lower case, joined by single hyphens.
func PhysicalName(labels ...string) string {
	return strings.ReplaceAll(strings.Join(labels, "-"), "_", "-")
}
