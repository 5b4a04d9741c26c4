package authorization

import (
	"strings"
	"testing"
)

// TestReference: what an action supports, as the Service Authorization Reference has it.
func TestReference(t *testing.T) {
	for _, test := range []struct{ action, supports string }{
		{"s3:getobject", "GetObject arn:*:s3:*:*:accesspoint/*/object/* arn:*:s3:::*/*"},
		{"s3:ListBucket", "ListBucket arn:*:s3:*:*:accesspoint/* arn:*:s3:::*"},
		{"ecr:GetAuthorizationToken", "GetAuthorizationToken"},
		{"codedeploy:StopDeployment", "StopDeployment"},
		{"iam:PassRole", "PassRole arn:*:iam::*:role/*"},
		{"s3:GetObjct", ""},
	} {
		prefix, name, _ := strings.Cut(test.action, ":")
		service, ok := Of(prefix)
		if !ok {
			t.Fatalf("no service %s", prefix)
		}
		got := ""
		for _, action := range service.Matching(name, func(a, b string) bool { return a == b }) {
			got += strings.Join(append([]string{action.Name}, action.ARNs...), " ")
		}
		if got != test.supports {
			t.Errorf("%s: %q, want %q", test.action, got, test.supports)
		}
	}
	if _, ok := Of("codewhatever"); ok {
		t.Error("a service that AWS does not have")
	}
}
