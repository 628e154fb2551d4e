package conformance

import (
	"slices"
	"strings"
)

// A Row is a requirement and the tests that carry its id.
type Row struct {
	Requirement
	// Tests are what to run to see the row held, such as {"…/basic", "TestParse/RFC7617-2-03"}.
	Tests []TestName
	// Against are the outcomes that keep the row from being held although a test carries its id.
	Against []Outcome
}

// Held says whether a test holds the row and none speaks against it.
func (r Row) Held() bool {
	return len(r.Tests) > 0 && !slices.Contains(r.Against, Failed) && !slices.Contains(r.Against, Unfinished)
}

// A Matrix is the whole list, in its own order.
type Matrix []Row

// NewMatrix joins the list with the outcomes of a run.
//
// A test speaks for an id where its own name or a parent's carries it. Only tests without subtests of their own count
// as work done, so that a passing parent whose subtests were all skipped holds nothing.
func NewMatrix(list []Requirement, res *Results) Matrix {
	m := make(Matrix, len(list))
	at := make(map[string]*Row, len(list))
	for i, req := range list {
		m[i].Requirement = req
		at[req.ID] = &m[i]
	}
	for _, leaf := range res.order {
		if res.parents[leaf] {
			continue
		}
		for t := range leaf.upTo {
			for _, id := range idsIn(t.segment()) {
				if row := at[id]; row != nil {
					row.add(t, id, worst(res.outcomes[t], res.outcomes[leaf]))
				}
			}
		}
	}
	return m
}

// add notes that a test with this outcome carries the row's id.
func (r *Row) add(carrier TestName, id string, outcome Outcome) {
	if outcome != Passed {
		r.Against = append(r.Against, outcome)
		return
	}
	t := TestName{carrier.Package, carrier.pattern(id)}
	if !slices.Contains(r.Tests, t) {
		r.Tests = append(r.Tests, t)
		slices.SortFunc(r.Tests, func(a, b TestName) int {
			return strings.Compare(a.Package+" "+a.Name, b.Package+" "+b.Name)
		})
	}
}

// pattern is what go test -run takes for the tests below t's outermost parent that carry the id. The words beside it, and
// the parents in between, may change freely.
func (t TestName) pattern(id string) string {
	levels := strings.Split(t.Name, "/")
	for i := range levels[1:] {
		levels[i+1] = ".*"
	}
	levels[len(levels)-1] = id
	return strings.Join(levels, "/")
}

// worst is the outcome that weighs more; the parent's counts because a sibling's failure is the parent's too.
func worst(parent, leaf Outcome) Outcome {
	for _, o := range []Outcome{Failed, Unfinished, Skipped} {
		if parent == o || leaf == o {
			return o
		}
	}
	return Passed
}

// Stages are the stages of the list, in the order in which they first occur.
func (m Matrix) Stages() []string {
	var stages []string
	for _, row := range m {
		if !slices.Contains(stages, row.Stage) {
			stages = append(stages, row.Stage)
		}
	}
	return stages
}

// Lost are the rows of this list that were held and are not, as they are now. An id that left the list is a row of its
// own, with nothing but the id.
func (m Matrix) Lost(held []string) []Row {
	var lost []Row
	for _, id := range held {
		switch i := slices.IndexFunc(m, func(r Row) bool { return r.ID == id }); {
		case i < 0:
			lost = append(lost, Row{Requirement: Requirement{ID: id}})
		case !m[i].Held():
			lost = append(lost, m[i])
		}
	}
	return lost
}

// Why says in words why the row is not held.
func (r Row) Why() string {
	switch {
	case r.Text == "":
		return "it is no longer in the list"
	case len(r.Against) == 0:
		return "no test that ran carries its id"
	default:
		outcomes := make([]string, len(r.Against))
		for i, o := range r.Against {
			outcomes[i] = string(o)
		}
		slices.Sort(outcomes)
		return "tests that carry its id: " + strings.Join(slices.Compact(outcomes), ", ")
	}
}
