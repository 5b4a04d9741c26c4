package synthetics

import "testing"

func TestTable(t *testing.T) {
	for runtime, since := range deprecated() {
		if since == "" || !Known(runtime) || Known(runtime) && runtime == Default {
			t.Errorf("%s: %q", runtime, since)
		}
	}
	for family, last := range newest() {
		if last == (version{}) || family == "" {
			t.Errorf("%s: %v", family, last)
		}
	}
	if !Known(Default) || Deprecated(Default) != "" || Family(Default) != "nodejs" {
		t.Errorf("the default is %s", Default)
	}
}

func TestRuntimes(t *testing.T) {
	for _, c := range []struct {
		runtime, family string
		known           bool
	}{
		{"syn-nodejs-5.4", "nodejs", true},
		{"syn-nodejs-5.10", "nodejs", false},
		{"syn-nodejs-6.0", "nodejs", false},
		{"syn-nodejs-3.0", "nodejs", true},
		{"syn-nodejs-puppeteer-17.0", "nodejs-puppeteer", true},
		{"syn-nodejs-puppeteer-18.0", "nodejs-puppeteer", false},
		{"syn-nodejs-puppeteer-7.0", "nodejs-puppeteer", true},
		{"syn-python-selenium-9.0", "python-selenium", false},
		{"syn-java-1.0", "java", false},
		{"syn-1.0", "", true},
		{"nodejs22.x", "", false},
		{"", "", false},
	} {
		if Known(c.runtime) != c.known || Family(c.runtime) != c.family {
			t.Errorf("%s: %t, %q", c.runtime, Known(c.runtime), Family(c.runtime))
		}
	}
}
