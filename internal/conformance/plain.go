package conformance

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Plain writes the output of `go test -json` as go test prints it without -json: one line for each package, and of the
// tests that failed all that they said. At the end it counts the tests that were skipped, by package and reason. It
// reports whether everything passed.
func Plain(w io.Writer, r io.Reader) (passed bool, err error) {
	p := &plain{w: w, runs: map[string]*packageRun{}, skipped: map[string]int{}}
	err = eachEvent(r, p.take, func(line string) { fmt.Fprint(w, line) })
	for _, reason := range slices.Sorted(maps.Keys(p.skipped)) {
		fmt.Fprintf(w, "skipped %d in %s\n", p.skipped[reason], reason)
	}
	if p.failed {
		fmt.Fprintln(w, "FAIL")
	}
	return err == nil && !p.failed, err
}

type plain struct {
	w       io.Writer
	runs    map[string]*packageRun
	skipped map[string]int
	failed  bool
}

// A packageRun is what a package's tests said so far.
type packageRun struct {
	tests  []string                    // those that wrote something, in this order
	output map[string]*strings.Builder // by test; the package's own under ""
}

func (p *plain) take(e event) {
	switch {
	case e.Action == "build-output":
		fmt.Fprint(p.w, e.Output)
	case e.Action == "build-fail":
		p.failed = true
	case e.Action == "output":
		p.run(e.Package).write(e.Test, e.Output)
	case e.Action == "pass" && e.Test != "":
		p.run(e.Package).forget(e.Test)
	case e.Action == "skip" && e.Test != "":
		p.skipped[e.Package+": "+reason(p.run(e.Package).forget(e.Test))]++
	case e.Test == "" && (e.Action == "pass" || e.Action == "skip" || e.Action == "fail"):
		p.end(e.Package, e.Action == "fail")
	}
}

func (p *plain) run(pkg string) *packageRun {
	if p.runs[pkg] == nil {
		p.runs[pkg] = &packageRun{output: map[string]*strings.Builder{}}
	}
	return p.runs[pkg]
}

// end prints what is left of a package: the tests that did not pass, then its own lines.
func (p *plain) end(pkg string, failed bool) {
	run := p.run(pkg)
	own := run.forget("")
	if failed {
		p.failed = true
		for _, test := range run.tests {
			fmt.Fprint(p.w, run.forget(test))
		}
	} else {
		own = verdictOnly(own)
	}
	fmt.Fprint(p.w, own)
	delete(p.runs, pkg)
}

// place is where a test's line was printed: "check.go:36: ".
var place = regexp.MustCompile(`^\s*\S+\.go:\d+: `)

// reason is what a skipped test said.
func reason(output string) string {
	var said []string
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(place.ReplaceAllString(line, "")); line != "" && !strings.HasPrefix(line, "--- SKIP") {
			said = append(said, line)
		}
	}
	if len(said) == 0 {
		return "no reason given"
	}
	return strings.Join(said, " ")
}

// verdictOnly drops what a package that passed wrote itself; go test does the same.
func verdictOnly(own string) string {
	lines := slices.DeleteFunc(strings.SplitAfter(own, "\n"), func(line string) bool {
		return !strings.HasPrefix(line, "ok  \t") && !strings.HasPrefix(line, "?   \t") && !strings.HasPrefix(line, "\t")
	})
	return strings.Join(lines, "")
}

// write keeps a test's line, but not those that only -v prints.
func (r *packageRun) write(test, line string) {
	if strings.HasPrefix(line, "=== ") {
		return
	}
	b := r.output[test]
	if b == nil {
		b = &strings.Builder{}
		r.output[test] = b
		if test != "" {
			r.tests = append(r.tests, test)
		}
	}
	b.WriteString(line)
}

// forget returns what a test said and drops it.
func (r *packageRun) forget(test string) string {
	b := r.output[test]
	if b == nil {
		return ""
	}
	delete(r.output, test)
	return b.String()
}
