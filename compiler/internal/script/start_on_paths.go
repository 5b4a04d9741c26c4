package script

import _ "embed"

//go:embed start_on_paths.py
var startOnPaths string

// StartOnPaths is the Python program, handler index.handler, of the function that an event of CodeCommit calls. Its
// environment says what it goes by: PIPELINE, the name of the pipeline that it starts, and INCLUDE and EXCLUDE, each a list
// of patterns in JSON, as package glob knows them.
func StartOnPaths() string { return compact(startOnPaths) }
