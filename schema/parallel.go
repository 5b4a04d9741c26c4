package schema

func parallel() Block {
	return Block{
		Type: "parallel",
		Doc: "Actions that start together; what is written after the block waits for all of them. They do not wait for each other, so an approval " +
			"cannot stand here with a deploy, nor a deploy with the build of what it deploys, nor a canary with the deploy that it looks at.",
		Blocks: []Block{buildImage(), approval(), deployEC2(), deployLambda(), canary()},
		Example: `parallel {
  deploy "ec2" {
    name    = "api"
    account = account.staging
  }

  deploy "ec2" {
    name    = "jobs"
    account = account.production
  }
}
`,
	}
}
