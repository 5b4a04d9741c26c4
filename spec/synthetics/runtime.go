// Package synthetics knows the runtimes of CloudWatch Synthetics, by a table with a date.
package synthetics

import (
	"cmp"
	"regexp"
	"strconv"
)

// Date is when the table was compared with AWS's pages. What AWS has deprecated since, and what is newer, it does not know.
const Date = "26 November 2026"

// Default is the runtime of canaries that name none: the newest of those without a browser.
// Source: CloudWatch user guide, "Runtime versions using Node.js".
const Default = "syn-nodejs-5.4"

// Policy is where AWS lists what it has deprecated.
const Policy = `CloudWatch user guide, "Runtime versions support policy"`

// newest are the newest versions of each family. Sources: CloudWatch user guide, "Runtime versions using Node.js", "... Node.js
// and Playwright"; of Puppeteer the guide was seen with 15.0, and 17.0 in use (no page of Selenium's newest was seen).
func newest() map[string]version {
	return map[string]version{"nodejs": {5, 4}, "nodejs-playwright": {9, 0}, "nodejs-puppeteer": {17, 0}}
}

// deprecated says since when nobody can make a canary with a runtime. Source: Policy.
func deprecated() map[string]string {
	return map[string]string{
		"syn-python-selenium-5.1":  "3 February 2026",
		"syn-python-selenium-5.0":  "3 February 2026",
		"syn-python-selenium-4.1":  "3 February 2026",
		"syn-python-selenium-4.0":  "3 February 2026",
		"syn-python-selenium-3.0":  "22 January 2026",
		"syn-python-selenium-2.1":  "22 January 2026",
		"syn-python-selenium-2.0":  "8 March 2024",
		"syn-python-selenium-1.3":  "8 March 2024",
		"syn-python-selenium-1.2":  "8 March 2024",
		"syn-python-selenium-1.1":  "8 March 2024",
		"syn-python-selenium-1.0":  "8 March 2024",
		"syn-nodejs-puppeteer-7.0": "22 January 2026",
		"syn-nodejs-puppeteer-6.2": "22 January 2026",
		"syn-nodejs-puppeteer-5.2": "22 January 2026",
		"syn-nodejs-puppeteer-6.1": "8 March 2024",
		"syn-nodejs-puppeteer-6.0": "8 March 2024",
		"syn-nodejs-puppeteer-5.1": "8 March 2024",
		"syn-nodejs-puppeteer-5.0": "8 March 2024",
		"syn-nodejs-puppeteer-4.0": "8 March 2024",
		"syn-nodejs-puppeteer-3.9": "8 January 2024",
		"syn-nodejs-puppeteer-3.8": "8 January 2024",
		"syn-nodejs-puppeteer-3.7": "8 January 2024",
		"syn-nodejs-puppeteer-3.6": "8 January 2024",
		"syn-nodejs-puppeteer-3.5": "8 January 2024",
		"syn-nodejs-puppeteer-3.4": "13 November 2022",
		"syn-nodejs-puppeteer-3.3": "13 November 2022",
		"syn-nodejs-puppeteer-3.2": "13 November 2022",
		"syn-nodejs-puppeteer-3.1": "13 November 2022",
		"syn-nodejs-puppeteer-3.0": "13 November 2022",
		"syn-nodejs-2.2":           "28 May 2021",
		"syn-nodejs-2.1":           "28 May 2021",
		"syn-nodejs-2.0":           "28 May 2021",
		"syn-1.0":                  "28 May 2021",
	}
}

// Deprecated tells since when AWS makes no canaries with a runtime; empty if the table has it not.
func Deprecated(runtime string) (since string) { return deprecated()[runtime] }

// Known tells whether the table has a runtime, or a newer one of its family.
func Known(runtime string) bool {
	family, of, ok := parse(runtime)
	last, known := newest()[family]
	return Deprecated(runtime) != "" || ok && known && of.compare(last) <= 0
}

// Family is the part of a runtime's name that says what its scripts can use: nodejs, nodejs-puppeteer, python-selenium; empty
// if it is no name of a runtime.
func Family(runtime string) string {
	family, _, _ := parse(runtime)
	return family
}

var pattern = regexp.MustCompile(`^syn-([a-z]+(?:-[a-z]+)*)-([0-9]{1,4})\.([0-9]{1,4})$`)

type version struct{ major, minor int }

func (v version) compare(other version) int {
	return cmp.Or(cmp.Compare(v.major, other.major), cmp.Compare(v.minor, other.minor))
}

func parse(runtime string) (family string, of version, ok bool) {
	parts := pattern.FindStringSubmatch(runtime)
	if parts == nil {
		return "", version{}, false
	}
	of.major, _ = strconv.Atoi(parts[2])
	of.minor, _ = strconv.Atoi(parts[3])
	return parts[1], of, true
}
