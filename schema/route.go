package schema

func route() Block {
	return Block{
		Type: "route", Max: 1,
		Doc: "Which requests of the account's load balancer reach the service. Without the block all of them reach a fleet, and none a function. " +
			"A rule takes at most five hosts and paths together, with at most five wildcards in them.",
		// Source of the characters and lengths: Elastic Load Balancing API, RuleCondition.
		Attributes: []Attribute{
			{
				Name: "hosts", Type: StringList, Deferred: `[A-Za-z0-9.-]`, Unique: true, Default: "[]", MaxLength: 128, Example: `["shop.example.com", "*.shop.example.com"]`,
				Pattern: `^[A-Za-z0-9.*?-]*\.[A-Za-z*?]+$`, Words: "a host name with a period in it, which may contain * and ?",
				Doc: "Host names, with `*` for any characters and `?` for one.",
			},
			{
				Name: "paths", Type: StringList, Deferred: `[A-Za-z0-9_./~-]`, Unique: true, Default: "[]", MaxLength: 128, Example: `["/api/*"]`,
				Pattern: `^/[A-Za-z0-9_.$/~"'@:+&*?-]*$`, Words: "a path that begins with /, which may contain * and ?",
				Doc: "Paths, with `*` for any characters and `?` for one.",
			},
			{
				Name: "priority", Type: Integer, Min: 1, Max: 50000, Example: "100",
				Doc: "The priority of the listener rule; the lowest number is tried first. Without it the priority comes from the labels.",
			},
		},
		Example: `route {
  hosts = ["shop.example.com"]
  paths = ["/api/*"]
}
`,
	}
}
