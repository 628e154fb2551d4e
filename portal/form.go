package portal

import (
	"slices"
	"strconv"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// problems are what is wrong with a form, by its fields; "" is the form as a whole.
type problems map[string]string

// A choice is a box to tick or an option to pick.
type choice struct {
	Value, Words string
	Chosen       bool
}

// A scopeField is the part of a form in which scopes are chosen.
type scopeField struct {
	Choices []choice
	// Note says what choosing none means.
	Note, Problem string
}

// scopes are those that the account holds, with the named ones ticked, or all.
func (v *visit) scopes(ticked auth.Scopes, all bool) scopeField {
	var field scopeField
	for _, scope := range v.Scopes.Sort(v.User.Scopes) {
		field.Choices = append(field.Choices, choice{scope, v.Scopes.Words(scope), all || ticked.Has(scope)})
	}
	return field
}

// words are the scopes with what they mean.
func (v *visit) words(scopes auth.Scopes) []auth.ScopeInfo {
	var infos []auth.ScopeInfo
	for _, scope := range v.Scopes.Sort(scopes) {
		infos = append(infos, auth.ScopeInfo{Name: scope, Words: v.Scopes.Words(scope)})
	}
	return infos
}

// lives are what a token's life can be: days, or never.
var lives = [...]choice{
	{"7", "7 days", false}, {"30", "30 days", false}, {"90", "90 days", true}, {"365", "365 days", false}, {"never", "Never", false},
}

// overlaps are how long an old secret can go on beside the new one: hours.
var overlaps = [...]choice{
	{"0", "It ends now", true}, {"1", "For 1 hour", false}, {"24", "For 24 hours", false}, {"168", "For 7 days", false},
}

// choose are the options with the one of this value chosen, if it is one of them.
func choose(options []choice, value string) []choice {
	chosen := slices.Clone(options)
	if !slices.ContainsFunc(options, func(c choice) bool { return c.Value == value }) {
		return chosen
	}
	for i := range chosen {
		chosen[i].Chosen = chosen[i].Value == value
	}
	return chosen
}

// picked is the value of the option that a form chose; absent it is the default, and what is none of them is refused.
func picked(options []choice, value string) (string, error) {
	for _, c := range options {
		if c.Value == value || value == "" && c.Chosen {
			return c.Value, nil
		}
	}
	return "", auth.Malformed("no_such_choice", "a choice of the form is none of those that it offers")
}

// life is the life that a form chose.
func (v *visit) life() (time.Duration, error) {
	value, err := picked(lives[:], v.fields.Get("expires"))
	if err != nil || value == "never" {
		return tokens.NoExpiry, err
	}
	days, err := strconv.Atoi(value)
	return time.Duration(days) * 24 * time.Hour, err
}

// overlap is how long the form lets the old secret go on.
func (v *visit) overlap() (time.Duration, error) {
	value, err := picked(overlaps[:], v.fields.Get("overlap"))
	if err != nil {
		return 0, err
	}
	hours, err := strconv.Atoi(value)
	return time.Duration(hours) * time.Hour, err
}

// A confirmPage asks before something ends.
type confirmPage struct {
	Explanation, Subject string
	// Action is where the answer goes, with ID; Button says yes, and Back leads away.
	Action, ID, Button, Back string
	// Overlaps is there for a rotation, and Version for one of an app: the form is about the app as it is.
	Overlaps []choice
	Version  int64
}

// A secretPage shows what was made, once.
type secretPage struct {
	// Name is the owner's for it, and Noun what it is.
	Name, Noun string
	// Secret is the secret, and Attribute its name in data-secret; both empty where there is none.
	Secret, Attribute string
	// ClientKey is an app's.
	ClientKey string
	Scopes    []auth.ScopeInfo
	AllScopes bool
	// Dated says that it has an end, or none: Expires.
	Dated   bool
	Expires time.Time
	// OldEnds is when the secret before it ends; zero where there is none.
	OldEnds time.Time
	Back    string
}

// isOver reports whether an end has come; a zero end never does.
func isOver(end, now time.Time) bool { return !end.IsZero() && !now.Before(end) }

// isReplaced reports whether a token has a successor.
func isReplaced(t store.Token) bool { return t.Successor != store.Digest{} }
