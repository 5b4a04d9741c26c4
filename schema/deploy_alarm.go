package schema

// alarms are the kinds of alarms of a deploy "ec2".
func alarms() []Block { return []Block{alarmErrors(), alarmLatency(), alarmMetric()} }

// functionAlarms are the kinds of alarms of a deploy "lambda".
func functionAlarms() []Block {
	return []Block{alarmErrors(), alarmLatency(), alarmThrottles(), alarmMetric()}
}

const alarmDoc = " An alarm that rings stops a deployment and rolls it back, for as long as the deployment runs. None rings before the first release or " +
	"without requests. Without any `alarm` a deploy has one on errors, 10 in a minute."

func alarmErrors() Block {
	return Block{
		Type: "alarm", Kind: "errors",
		Doc: "Rings when too many requests fail: the service answers with status 5xx, behind the load balancer or at the function's URL, or a call of the function ends in an error." + alarmDoc,
		Attributes: []Attribute{
			{
				Name: "percent", Type: Integer, Default: "5", Min: 1, Max: 100, Example: "2",
				Doc: "Above which share of the requests of a minute, in percent.",
			},
			{
				Name: "min_requests", Type: Integer, Default: "20", Min: 1, Max: 1000000, Example: "100",
				Doc: "Minutes with fewer requests do not count.",
			},
			minutes("1"),
		},
		Example: `alarm "errors" {
  percent = 2
  minutes = 2
}
`,
	}
}

func alarmLatency() Block {
	return Block{
		Type: "alarm", Kind: "latency",
		Doc: "Rings when requests take too long: from the load balancer to the service and back, or a call of the function from its beginning to its end." + alarmDoc,
		Attributes: []Attribute{
			{
				Name: "milliseconds", Type: Integer, Default: "2000", Min: 1, Max: 600000, Example: "500",
				Doc: "Above which time.",
			},
			{
				Name: "percentile", Type: Integer, Default: "99", Values: []string{"50", "90", "95", "99"}, Example: "95",
				Doc: "How many of a hundred requests may not take longer.",
			},
			minutes("3"),
		},
		Example: `alarm "latency" {
  milliseconds = 500
  percentile   = 95
}
`,
	}
}

func alarmThrottles() Block {
	return Block{
		Type: "alarm", Kind: "throttles",
		Doc: "Rings when Lambda turns calls away because too many run already." + alarmDoc,
		Attributes: []Attribute{
			{
				Name: "above", Type: Integer, Default: "10", Max: 1000000000, Example: "0",
				Doc: "Above how many in a minute.",
			},
			minutes("1"),
		},
		Example: `alarm "throttles" {
  above = 0
}
`,
	}
}

func alarmMetric() Block {
	return Block{
		Type: "alarm", Kind: "metric",
		Doc: "Rings when a metric of CloudWatch, in the account of the deploy, is too high. What there are no data about does not ring." + alarmDoc,
		Attributes: []Attribute{
			{
				Name: "name", Type: String, Required: true, MaxLength: 40, Pattern: namePattern, Words: nameWords, Example: `"job-age"`,
				Doc: "Tells the alarms of a deploy apart. It becomes part of the alarm's name.",
			},
			{
				Name: "namespace", Type: String, Required: true, MaxLength: 255, Pattern: `^[^:].*$`, Words: "a namespace of CloudWatch", Example: `"AWS/SQS"`,
				Doc: "The namespace of the metric.",
			},
			{
				Name: "metric_name", Type: String, Required: true, MaxLength: 255, Pattern: ".", Words: "the name of a metric", Example: `"ApproximateAgeOfOldestMessage"`,
				Doc: "The name of the metric.",
			},
			{
				Name: "dimensions", Type: StringMap, Default: "{}", Keys: variablePattern, Deferred: AnyCharacter, Holds: Line, MaxLength: 1024,
				Example: `{ QueueName = "jobs" }`,
				Doc:     "The dimensions of the metric. CloudWatch takes up to 30.",
			},
			{
				Name: "statistic", Type: String, Default: `"Maximum"`, Values: []string{"Average", "Maximum", "Minimum", "SampleCount", "Sum"}, Example: `"Sum"`,
				Doc: "What is made of the data of a minute.",
			},
			{
				Name: "above", Type: Integer, Required: true, Min: 1, Max: 1000000000, Example: "300",
				Doc: "Above which value it rings, in the metric's own unit.",
			},
			minutes("1"),
		},
		Example: `alarm "metric" {
  name        = "job-age"
  namespace   = "AWS/SQS"
  metric_name = "ApproximateAgeOfOldestMessage"
  dimensions  = { QueueName = "jobs" }
  above       = 300
}
`,
	}
}

func minutes(def string) Attribute {
	return Attribute{
		Name: "minutes", Type: Integer, Default: def, Min: 1, Max: 60, Example: "5",
		Doc: "For how many minutes in a row.",
	}
}
