package schema

func pipeline() Block {
	return Block{
		Type: "pipeline", Min: 1,
		Labels: name("The pipeline's name. It becomes part of the names of resources."),
		Doc: "A delivery pipeline: from one branch of a source, through its stages in the order in which they are written. " +
			"A further branch is a further pipeline.",
		Attributes: []Attribute{
			{
				Name: "for_each", Type: Any, Example: "var.services",
				Doc: "A map, or a set of strings: the block stands for one pipeline for each of its keys. The key is the pipeline's name, " +
					"and expressions in the block call it `each.key`, and what stands behind it `each.value`.",
			},
			accountRef("The account in which the pipeline itself runs."),
			{
				Name: "log_retention_days", Type: Integer, Default: "90", Values: logRetention(), Example: "365",
				Doc: "For how many days the logs of builds, services and functions are kept, out of the periods that CloudWatch Logs knows.",
			},
		},
		Blocks: []Block{sourceCodeCommit(), artifacts(), stage(), notifications()},
		Example: `pipeline "storefront" {
  account = account.tools

  source "codecommit" {
    repository = "storefront"
  }

  stage "build" {
    build "image" {
      test = ["npm ci", "npm test"]
    }
  }

  stage "production" {
    approval {}

    deploy "ec2" {
      account = account.production
    }
  }
}
`,
	}
}

func accountRef(doc string) Attribute {
	return Attribute{
		Name: "account", Type: AccountRef, Example: "account.tools",
		Condition: "may be left out when exactly one account is declared",
		Doc:       doc + " It is a reference, not a string.",
	}
}

// logRetention is what RetentionInDays takes. Source: AWS::Logs::LogGroup, CloudFormation Template Reference.
func logRetention() []string {
	return []string{
		"1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400", "545", "731",
		"1096", "1827", "2192", "2557", "2922", "3288", "3653",
	}
}
