package script

import _ "embed"

//go:embed sweep_logs.py
var logSweeper string

// LogSweeper is the Python program, handler index.handler, of the custom resource that deletes the log groups of its
// CanaryName when CloudFormation has deleted the canary.
func LogSweeper() string { return customResource(logSweeper) }
