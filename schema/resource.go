package schema

// resource is a resource that no other block makes.
func resource() Block {
	return Block{
		Type: "resource",
		Labels: []Label{
			{
				Name: "TYPE", Doc: "The resource type, such as `AWS::SQS::Queue`.", MaxLength: 128,
				Pattern: `^(Custom::[A-Za-z0-9@_-]{1,60}|[A-Za-z0-9]{2,64}(::[A-Za-z0-9]{2,64}){2})$`, Words: "three parts joined by `::`, as in AWS::SQS::Queue", Example: "AWS::SQS::Queue",
			},
			{
				Name: "ID", Doc: "The logical id: what the templates call the resource, and expressions: `resource.ID` is what Ref gives, `resource.ID.ATTRIBUTE` " +
					"what Fn::GetAtt gives.", Pattern: idPattern, Words: idWords, MaxLength: 255,
			},
		},
		Doc: "A resource that no other block makes, as it stands in a template. It stands in a stack of its account's own, `ACCOUNT-resources`, unless `stack` " +
			"says otherwise, and is held against the same rules as everything else: it goes with its stack, and its name ends in `${param.EnvironmentSuffix}`. " +
			"What needs a value of another resource, generated ones among them, refers to it: `resource.StorefrontStagingFleet`.",
		Attributes: []Attribute{
			accountRef("The account that it stands in."),
			{
				Name: "properties", Type: Any, Deferred: AnyCharacter, Holds: Data, Example: `{ MessageRetentionPeriod = 1209600 }`,
				Doc: "Its properties, as in a template, but with references in place of `Ref` and `Fn::`.",
			},
			{
				Name: "stack", Type: String, Pattern: stackPattern, Words: "the name of a stack, without the suffix", MaxLength: 111, Example: `"main-environment"`,
				Doc: "The stack of its account that it belongs to, as `manifest.json` calls it, without the suffix. A resource that changes its stack is deleted and made anew.",
			},
			{
				Name: "depends_on", Type: StringList, Unique: true, Default: "[]", Pattern: idPattern, Words: "a logical id", MaxLength: 255, Example: `["MainVpc"]`,
				Doc: "Logical ids of resources that have to be there before it, beside those that it refers to.",
			},
			{
				Name: "deletion_policy", Type: String, Default: `"Delete"`, Values: []string{"Delete", "Retain", "RetainExceptOnCreate", "Snapshot"}, Example: `"Retain"`,
				Doc: "What becomes of it when its stack is deleted or it is replaced. A bucket that goes with its stack is emptied first.",
			},
		},
		Example: `resource "AWS::SQS::Queue" "DeadLetters" {
  account = account.production

  properties = {
    QueueName              = "dead-letters-${param.EnvironmentSuffix}"
    MessageRetentionPeriod = 1209600
  }
}
`,
	}
}

const stackPattern = `^[a-z][a-z0-9]*(-[a-z0-9]+)*$`
