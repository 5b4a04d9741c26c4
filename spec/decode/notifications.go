package decode

import "github.com/cfnpipe/cfnpipe/spec"

func (b *block) notifications() *spec.Notifications {
	return &spec.Notifications{Emails: b.deferreds("emails"), On: b.texts("on"), Range: b.header}
}
