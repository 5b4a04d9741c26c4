package schema

func beforeEntry() Block {
	return Block{
		Type: "before_entry", Max: 1,
		Doc: "What has to hold before the stage begins. A run waits in front of the stage, with newer runs behind it, and fails " +
			"once CodePipeline gives up. Five rules at most: a window and alarms. Skipping the stage instead is nothing that CodePipeline can do by these rules.",
		Blocks: []Block{deploymentWindow(), alarm()},
		Example: `before_entry {
  alarm {
    name         = "checkout-errors"
    wait_minutes = 20
  }
}
`,
	}
}

func deploymentWindow() Block {
	return Block{
		Type: "deployment_window", Max: 1,
		Doc: "The times at which the stage may begin.",
		Attributes: []Attribute{
			{
				// Source: CodePipeline user guide, rule reference, "DeploymentWindow".
				Name: "cron", Type: String, Required: true, MaxLength: 200, Pattern: ".", Example: `"* * 9-16 ? * MON-THU"`,
				Words: "seconds, which are always *, minutes, hours, day of month, month, day of week and, if you like, year, with spaces between",
				Doc: "Every minute that this expression names is in the window. Minutes are * if the window is open for whole hours. Of day of month and " +
					"day of week one is ?.",
			},
			{
				// Abbreviations, which CodePipeline takes too, stay out: AWS says itself that CST is three zones.
				Name: "time_zone", Type: String, Default: `"UTC"`, MaxLength: 64, Example: `"Europe/Berlin"`,
				Pattern: `^([A-Z][A-Za-z]+/[A-Z][A-Za-z]+(_[A-Za-z]+)*|UTC([+-](0[0-9]|1[0-4]):[0-5][0-9])?)$`,
				Words:   "Region/City as in Europe/Berlin, or UTC, with or without an offset as in UTC+05:30",
				Doc:     "The time zone of the expression.",
			},
		},
		Example: `deployment_window {
  cron      = "* * 9-16 ? * MON-THU"
  time_zone = "Europe/Berlin"
}
`,
	}
}

func alarm() Block {
	return Block{
		Type: "alarm", Max: 5,
		Doc: "A CloudWatch alarm that has to be OK. It has to exist, in the account and region of the pipeline: CodePipeline reads no other. " +
			"There it can watch what happens in other accounts, if those share their metrics.",
		Attributes: []Attribute{
			{
				// Source: CloudWatch API reference, PutMetricAlarm, AlarmName.
				Name: "name", Type: String, Deferred: `[A-Za-z0-9 ._/-]`, Required: true, MaxLength: 255, Pattern: ".", Words: "the name of an alarm", Example: `"checkout-errors"`,
				Doc: "The alarm's name; not its ARN.",
			},
			{
				// Source: CodePipeline user guide, rule reference, "CloudWatchAlarm", WaitTime. It names no bound.
				Name: "wait_minutes", Type: Integer, Min: 1, Max: 1440, Example: "20",
				Doc: "For how many minutes a run waits for an alarm that rings to be OK again.",
			},
		},
		Example: `alarm {
  name         = "checkout-errors"
  wait_minutes = 20
}
`,
	}
}
