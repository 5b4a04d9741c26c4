package decode

import "github.com/cfnpipe/cfnpipe/spec"

func (b *block) artifacts() *spec.Artifacts {
	return &spec.Artifacts{
		Encryption:      b.text("encryption"),
		ExpireAfterDays: b.number("expire_after_days"),
		Range:           b.header,
	}
}
