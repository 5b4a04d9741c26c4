// Package lambda knows what Lambda keeps for itself.
package lambda

import (
	"slices"
	"strings"
)

// Reserved tells whether Lambda sets an environment variable of this name itself, and takes it from nobody else.
// Source: Lambda developer guide, "Working with Lambda environment variables".
func Reserved(variable string) bool {
	return strings.HasPrefix(variable, "AWS_LAMBDA_") || slices.Contains([]string{
		"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_REGION", "AWS_SECRET_ACCESS_KEY",
		"AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
	}, variable)
}
