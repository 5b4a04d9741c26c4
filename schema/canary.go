package schema

func canary() Block {
	return Block{
		Type:   "canary",
		Labels: name("The canary's name, once per stage. It becomes part of the names of resources."),
		Doc: "A CloudWatch Synthetics canary in the account of a deploy before it: the pipeline runs it and waits, and its stage fails unless it passes. " +
			"It asks one address for its status and its text, or runs a `script`.",
		Attributes: append(canaryCheck(), canaryRun()...),
		Example: `canary "home" {
  account = account.production
  url     = "https://shop.example.com"
  path    = "/health"
  every   = "5 minutes"
}
`,
	}
}

func canaryCheck() []Attribute {
	return []Attribute{
		{
			Name: "account", Type: AccountRef, Example: "account.production",
			Condition: "may be left out: it is that of the deploy before it",
			Doc:       "The account that the canary is in. It is a reference, not a string.",
		},
		{
			Name: "url", Type: String, Deferred: `[A-Za-z0-9.:/-]`, MaxLength: 512, Example: `"https://shop.example.com"`,
			Pattern: `^https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?$`, Words: "an address of scheme, host and perhaps port, with nothing behind them",
			Condition: "needed where the load balancer speaks HTTPS or the deploy's `route` has `hosts`",
			Doc:       "The address of the service. Without it, it is that of the account's load balancer, over plain HTTP.",
		},
		{
			Name: "path", Type: String, Default: `"/"`, MaxLength: 1024, Example: `"/health"`, Condition: "not together with script",
			Pattern: `^/[A-Za-z0-9_.~!$&'()*+,;=:@%/?-]*$`, Words: "a path that begins with /, of characters that a URL may contain",
			Doc: "The path that is asked for.",
		},
		{
			Name: "expected_status", Type: Integer, Default: "200", Min: 200, Max: 599, Example: "204", Condition: "not together with script",
			Doc: "The status that passes. No redirect is followed, so the status of one counts as it is.",
		},
		{
			// The variables of a canary may have 4 KB together (Synthetics API reference, CanaryRunConfigInput).
			Name: "body_contains", Type: String, MaxLength: 256, Pattern: ".", Words: "a text", Example: `"Welcome"`, Condition: "not together with script",
			Doc: "A text that has to stand in the first MiB of the answer.",
		},
		{
			Name: "script", Type: String, Holds: Shell, Pattern: `handler`, Words: "a script that exports a function called handler",
			Example: `"exports.handler = async () => {}"`,
			Doc: "A script of your own instead, such as `file(\"canaries/home.js\")`, which exports `handler`, as AWS describes it for the `runtime`. It stands in " +
				"the template. It finds `url`, or without that the load balancer's address, in the variable `BASE_URL`.",
		},
	}
}

func canaryRun() []Attribute {
	return []Attribute{
		{
			// Source: Synthetics API reference, CanaryScheduleInput: rate(1 minute) to rate(1 hour).
			Name: "every", Type: String, Example: `"5 minutes"`,
			Pattern: `^(1 minute|([2-9]|[1-5][0-9]) minutes|1 hour)$`, Words: `"1 minute" to "59 minutes", or "1 hour"`,
			Doc: "How often the canary runs, once the pipeline has started it for the first time. Without it, it runs only for the pipeline.",
		},
		{
			// Sources: Synthetics API reference, CanaryRunConfigInput (840 at most); CloudWatch user guide, "Runtime versions using
			// Node.js and Puppeteer" (no shorter than 15).
			Name: "timeout_seconds", Type: Integer, Default: "60", Min: 15, Max: 840, Example: "120",
			Doc: "How long one run may take, ten seconds to begin included, at most as long as `every`.",
		},
		{
			Name: "runtime", Type: String, MaxLength: 64, Example: `"syn-nodejs-puppeteer-17.0"`,
			Pattern: `^syn-(nodejs|python)(-[a-z]+)?-[0-9]{1,4}\.[0-9]{1,4}$`, Words: "a runtime of CloudWatch Synthetics for Node.js or Python",
			Doc: "The runtime, for a script that needs a certain one. Without it, it is the template's parameter `CanaryRuntime`.",
		},
	}
}
