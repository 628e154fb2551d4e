package conformance

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// An event is a line of `go test -json`; see `go doc test2json`.
type event struct {
	Action     string
	Package    string
	ImportPath string // of build-output
	Test       string
	Output     string
}

// eachEvent calls do for each line of r. What is not an event, such as a message of a tool in between, goes to other.
func eachEvent(r io.Reader, do func(event), other func(line string)) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			var e event
			if json.Unmarshal([]byte(line), &e) == nil && e.Action != "" {
				do(e)
			} else {
				other(line)
			}
		}
		switch err {
		case nil:
		case io.EOF:
			return nil
		default:
			return fmt.Errorf("test events: %w", err)
		}
	}
}

// An Outcome is how a test ended.
type Outcome string

// The outcomes. A test that began and never ended, because its process did, is Unfinished.
const (
	Passed     Outcome = "passed"
	Failed     Outcome = "failed"
	Skipped    Outcome = "skipped"
	Unfinished Outcome = "did not finish"
)

// A TestName is a test of a package. Name has the names of its parents before it: TestParse/empty.
type TestName struct{ Package, Name string }

// Results are the outcomes of a run, by test.
type Results struct {
	outcomes map[TestName]Outcome
	order    []TestName
	parents  map[TestName]bool
}

// outcomeOf says how far a test is after an action. What else happens to it changes nothing.
var outcomeOf = map[string]Outcome{"run": Unfinished, "pass": Passed, "fail": Failed, "skip": Skipped}

// Read collects the outcomes from the output of `go test -json`.
func Read(r io.Reader) (*Results, error) {
	res := &Results{outcomes: map[TestName]Outcome{}, parents: map[TestName]bool{}}
	err := eachEvent(r, res.add, func(string) {})
	return res, err
}

func (res *Results) add(e event) {
	outcome, ok := outcomeOf[e.Action]
	if !ok || e.Test == "" {
		return
	}
	t := TestName{e.Package, e.Test}
	before, known := res.outcomes[t]
	if !known {
		res.order = append(res.order, t)
		if i := strings.LastIndexByte(t.Name, '/'); i > 0 {
			res.parents[TestName{t.Package, t.Name[:i]}] = true
		}
	}
	if before != Failed { // with -count a test runs again: one failure is enough
		res.outcomes[t] = outcome
	}
}

// upTo yields the test's parents from the outermost on, and the test itself.
func (t TestName) upTo(yield func(TestName) bool) {
	for i := range len(t.Name) {
		if t.Name[i] == '/' && !yield(TestName{t.Package, t.Name[:i]}) {
			return
		}
	}
	yield(t)
}

// segment is the last part of the name: what the test's own t.Run said.
func (t TestName) segment() string { return t.Name[strings.LastIndexByte(t.Name, '/')+1:] }
