package schema

func sourcePaths() Block {
	return Block{
		Type: "paths", Max: 1,
		Doc: "Which files a push has to touch to start the pipeline, for a repository that several pipelines share. A push starts it " +
			"if at least one file that was added, changed, moved or deleted fits a pattern of `include` and none of `exclude`; " +
			"so does a push that makes the branch, and one whose files cannot be found out. " +
			"`cfnpipe trigger` says which pipelines a change would start.\n\n" +
			"A pattern is about the whole path, from the top of the repository: `*` stands for any characters of a name and `?` for one, " +
			"`**` between slashes for any number of folders, also none, and at the end for all that is below. " +
			"`docs/*.md` fits `docs/a.md` and not `docs/x/a.md`; `**/*.md` fits both and `a.md`; `docs/**` fits all that is in `docs`; " +
			"`docs` fits only a file of that name. Letters count as they are written.",
		Attributes: []Attribute{
			{
				Name: "include", Type: StringList, Unique: true, Min: 1, Default: `["**"]`, MaxLength: 256, Example: `["services/api/**", "go.mod"]`,
				Doc: "Patterns of the files that count.",
			},
			{
				Name: "exclude", Type: StringList, Unique: true, Default: "[]", MaxLength: 256, Example: `["**/*.md"]`,
				Doc: "Patterns of files that do not count, whatever `include` says.",
			},
		},
		Example: `paths {
  include = ["services/api/**", "libraries/**"]
  exclude = ["**/*.md"]
}
`,
	}
}
