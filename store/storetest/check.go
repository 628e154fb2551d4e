package storetest

import (
	"context"
	"slices"
	"testing"
)

// A Check holds a backend to one rule.
type Check struct {
	// Name is a sentence that begins with the method that it is about. It is unique.
	Name string
	// Rule is what the law of package store says.
	Rule string
	// Needs are the capabilities without which the rule says nothing.
	Needs Capability
	// Test reports through t where a fresh backend breaks the rule.
	Test func(t T, b Backend)
}

// T is as much of a *testing.T as a check uses, so that a check can be seen to fail without a test that fails.
type T interface {
	Context() context.Context
	Helper()
	Errorf(format string, args ...any)
	FailNow()
}

// Run holds a backend to the law. Each check is a subtest with a backend of its own, which open makes: empty, and
// sharing nothing with those that it made before. Checks that need what the backend does not have are skipped.
func Run(t *testing.T, open func(t *testing.T) Backend) {
	for _, c := range Checks() {
		t.Run(c.Name, func(t *testing.T) {
			b := open(t)
			if missing := c.Needs &^ b.Has(); missing != 0 {
				t.Skipf("the backend has no %v", missing)
			}
			defer func() {
				if t.Failed() {
					t.Logf("the rule: %s", c.Rule)
				}
			}()
			c.Test(t, b)
		})
	}
}

// Checks is the law, check by check.
func Checks() []Check {
	return slices.Concat(
		absenceChecks(), keepingChecks(), exactnessChecks(), cancellationChecks(), eventsWithChecks(), contestChecks(), raceChecks(),
		userChecks(), passwordChecks(), userHashChecks(), clientChecks(), grantChecks(), revokeGrantsChecks(),
		tokenChecks(), limitChecks(), lookUpChecks(), rotateChecks(), revokeTokensChecks(), listTokensChecks(), tokenUseChecks(),
		handleChecks(), onceChecks(), counterChecks(), eventChecks(), deliveryChecks(), cascadeChecks(), judgementChecks(), sweepChecks(),
	)
}

// in makes a Test of a function that works in a world of its own.
func in(test func(w *world)) func(t T, b Backend) {
	return func(t T, b Backend) { test(newWorld(t, b)) }
}
