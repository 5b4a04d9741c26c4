package schema

func buildImage() Block {
	return Block{
		Type: "build", Kind: "image",
		Doc: "Tests the source, builds a container image from its Dockerfile and pushes it to ECR. A pipeline has one build.",
		Attributes: []Attribute{
			{
				// Source: CodeBuild user guide, "Build environment compute modes and types", general purpose on Linux.
				Name: "compute_type", Type: String, Default: `"BUILD_GENERAL1_SMALL"`, Example: `"BUILD_GENERAL1_LARGE"`,
				Values: []string{
					"BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM", "BUILD_GENERAL1_LARGE", "BUILD_GENERAL1_XLARGE", "BUILD_GENERAL1_2XLARGE",
				},
				Doc: "The size of the build machine, as CodeBuild calls it.",
			},
			{
				Name: "runtime", Type: Object, Default: "{ nodejs = 22 }", Members: runtimes(), Example: "{ python = 3.13 }",
				Doc: "The language runtimes in which the tests run.",
			},
			{
				Name: "test", Type: StringList, Default: "[]", Holds: Shell, MaxLength: 4096, Example: `["npm ci", "npm test"]`,
				Doc: "Shell commands that run in the source folder before the image is built. The first that fails ends the build.",
			},
			{
				Name: "test_reports", Type: String, Default: `""`, MaxLength: 256, Example: `"reports/*.xml"`,
				Words: `a path below the source folder that may contain *, ** and ?`, Pattern: `^[A-Za-z0-9._/*?{},-]*$`,
				Doc: "Which files the tests leave behind as JUnit XML, to be shown as test reports.",
			},
			{
				Name: "dockerfile", Type: String, Default: `"Dockerfile"`, MaxLength: 256, Example: `"build/Dockerfile"`,
				Pattern: `^[A-Za-z0-9._/-]+$`, Words: "a path below the source folder, of letters, digits and . _ / -",
				Doc: "The Dockerfile, below the source folder.",
			},
			{
				// Source: AWS::CodeBuild::Project TimeoutInMinutes; below 5 is refused by AWS, 480 is eight hours.
				Name: "timeout_minutes", Type: Integer, Default: "60", Min: 5, Max: 480, Example: "20",
				Doc: "After how many minutes a build is stopped.",
			},
		},
		Example: `build "image" {
  compute_type = "BUILD_GENERAL1_MEDIUM"
  runtime      = { nodejs = 24 }
  test         = ["npm ci", "npm test"]
  test_reports = "reports/*.xml"
}
`,
	}
}

// runtimes is what amazonlinux-x86_64-standard:5.0 carries.
// Source: aws/aws-codebuild-docker-images, al/x86_64/standard/5.0/runtimes.yml.
func runtimes() []Attribute {
	return []Attribute{
		{
			Name: "nodejs", Type: String, Scalars: true, Values: []string{"18", "20", "22", "24"}, Example: "22",
			Doc: "Node.js with npm.",
		},
		{
			Name: "python", Type: String, Scalars: true, Values: []string{"3.9", "3.10", "3.11", "3.12", "3.13", "3.14"}, Example: "3.13",
			Doc: "Python with pip.",
		},
		{
			Name: "golang", Type: String, Scalars: true, Values: []string{"1.20", "1.21", "1.22", "1.23", "1.24", "1.25", "1.26"}, Example: "1.26",
			Doc: "Go.",
		},
		{
			Name: "java", Type: String, Values: []string{"corretto8", "corretto11", "corretto17", "corretto21", "corretto25"}, Example: `"corretto21"`,
			Doc: "Amazon Corretto with Maven and Gradle.",
		},
	}
}
