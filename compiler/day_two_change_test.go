package compiler_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// edited is the storefront with one thing written differently.
func edited(t testing.TB, old, by string) []byte {
	t.Helper()
	text := string(source(t, "storefront"))
	if strings.Count(text, old) == 0 {
		t.Fatalf("the storefront does not say %q", old)
	}
	return []byte(strings.Replace(text, old, by, 1))
}

// difference is what an update of a system changes.
type difference struct {
	added, removed []string            // logical ids
	changed        map[string][]string // paths that differ, by logical id
}

// compare finds the difference between two printed systems.
func compare(before, after *printed) difference {
	d := difference{changed: map[string][]string{}}
	for _, id := range slices.Sorted(maps.Keys(after.resources)) {
		if before.resources[id] == nil {
			d.added = append(d.added, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(before.resources)) {
		old, now := before.resources[id], after.resources[id]
		if now == nil {
			d.removed = append(d.removed, id)
			continue
		}
		paths := differing("", forAWS(old.body), forAWS(now.body))
		if old.account != now.account {
			paths = append(paths, "account")
		}
		if len(paths) > 0 {
			d.changed[id] = paths
		}
	}
	return d
}

// forAWS is a resource without what only readers look at.
func forAWS(body map[string]any) map[string]any {
	out := maps.Clone(body)
	delete(out, "Metadata")
	return out
}

// differing lists the paths at which two values differ, the shortest that tell it.
func differing(path string, a, b any) []string {
	if reflect.DeepEqual(a, b) {
		return nil
	}
	left, ok := a.(map[string]any)
	right, also := b.(map[string]any)
	if !ok || !also {
		return []string{path}
	}
	var out []string
	keys := map[string]bool{}
	for key := range left {
		keys[key] = true
	}
	for key := range right {
		keys[key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		out = append(out, differing(strings.TrimPrefix(path+"/"+key, "/"), left[key], right[key])...)
	}
	return out
}

// TestChangedSettingIsNoBuild: a changed line of the configuration changes its
// own resources and no others, in both layouts.
func TestChangedSettingIsNoBuild(t *testing.T) {
	const settings, userData = "Properties/Value", "Properties/LaunchTemplateData/UserData"
	staging := map[string][]string{"StorefrontStagingSettings": {settings}, "StorefrontStagingLaunchTemplate": {userData}}
	with := func(base map[string][]string, id string, paths ...string) map[string][]string {
		out := maps.Clone(base)
		out[id] = paths
		return out
	}
	before := layouts(t, example(t, "storefront"))
	for _, change := range []struct {
		old, by string
		want    map[string][]string
	}{
		{`LOG_LEVEL = "debug"`, `LOG_LEVEL = "trace"`, staging},
		{`LOG_LEVEL = "debug"`, `LOG_LEVEL = "debug", COLOUR = "no"`, staging},
		{`{ LOG_LEVEL = "debug" }`, `{}`, staging},
		{`port          = 8080`, `port          = 3000`, staging},
		{
			`health_check  = "/health"`, `health_check  = "/healthz"`,
			with(staging, "StorefrontStagingTargetGroup", "Properties/HealthCheckPath"),
		},
		{
			`"storefront/database-url" }`, `"storefront/database-url-2" }`,
			map[string][]string{
				"StorefrontProductionSettings": {settings}, "StorefrontProductionLaunchTemplate": {userData},
				"StorefrontProductionInstanceRolePolicy": {"Properties/PolicyDocument/Statement"},
			},
		},
		{`instance_type = "t3.small"`, `instance_type = "t3.large"`, map[string][]string{
			"StorefrontStagingLaunchTemplate": {"Properties/LaunchTemplateData/InstanceType"},
		}},
		{`{ min = 2, max = 4 }`, `{ min = 2, max = 6 }`, map[string][]string{"StorefrontStagingFleet": {"Properties/MaxSize"}}},
		{`expire_after_days = 30`, `expire_after_days = 14`, map[string][]string{
			"StorefrontArtifactBucket": {"Properties/LifecycleConfiguration/Rules"},
		}},
		{`"npm test"]`, `"npm run all"]`, map[string][]string{"StorefrontBuildProject": {"Properties/Source/BuildSpec/Fn::Sub"}}},
		{`"Staging looks right?"`, `"Go?"`, map[string][]string{"StorefrontPipeline": {"Properties/Stages"}}},
	} {
		after := layouts(t, compile(t, edited(t, change.old, change.by)))
		for layout, old := range before {
			want := difference{changed: maps.Clone(change.want)}
			for id, paths := range want.changed {
				if slices.Contains(paths, userData) {
					want.changed[id] = []string{userData + "/Fn::Base64/Fn::Sub"}
				}
			}
			now := after[layout]
			if diff := cmp.Diff(want, compare(old, now), cmp.AllowUnexported(difference{})); diff != "" {
				t.Errorf("%s for %s, %s (-want +got):\n%s", change.by, change.old, layout, diff)
			}
			for id := range change.want {
				if old.resources[id].kind() == "AWS::EC2::LaunchTemplate" && slices.Contains(change.want[id], userData) {
					onlyTheDigest(t, old.userData(old.resources[id]), now.userData(now.resources[id]))
				}
			}
		}
	}
}

// onlyTheDigest: what is new to a host is that there is something new.
func onlyTheDigest(t *testing.T, before, after map[string]string) {
	t.Helper()
	for name, value := range before {
		if same := after[name] == value; same == (name == "SETTINGS_DIGEST") {
			t.Errorf("the host is told %s=%q, and was told %q", name, after[name], value)
		}
	}
}
