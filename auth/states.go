package auth

import (
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// A StateAnswer is what the owner of an account in some state is told, with a 403. Nobody else learns the state.
type StateAnswer struct {
	Message, Additional string
	// Reference is the URL of a page that helps: where to pay, whom to write to.
	Reference string
}

// States says what each state of an account is answered with. The zero value has the documented words for
// [store.Locked] and [store.Disabled], without a reference. Every state but [store.Active] is refused, those that
// nobody described too.
type States struct {
	answers map[store.State]StateAnswer
}

// NewStates returns the documented answers with the host's own in their place or beside them. For locked and disabled an empty Message or
// Additional keeps the documented words, so that a host can give just the Reference.
func NewStates(own map[store.State]StateAnswer) States {
	s := States{answers: make(map[store.State]StateAnswer, len(own))}
	for state, answer := range own {
		documented := documentedAnswer(state)
		if answer.Message == "" {
			answer.Message = documented.Message
		}
		if answer.Additional == "" {
			answer.Additional = documented.Additional
		}
		s.answers[state] = answer
	}
	return s
}

// documentedAnswer holds the words that clients were promised.
func documentedAnswer(state store.State) StateAnswer {
	switch state {
	case store.Locked:
		return StateAnswer{Message: "No API Access", Additional: "The authenticated account is locked due to an unpaid balance."}
	case store.Disabled:
		return StateAnswer{Message: "API Access is disabled", Additional: "API access has been disabled for this user due to API terms violation."}
	}
	return StateAnswer{Message: "This account may not use the API"}
}

// Check is nil for an active account, and for every other the 403 that its owner gets.
func (s States) Check(state store.State) error {
	if state == store.Active {
		return nil
	}
	answer, ok := s.answers[state]
	if !ok {
		answer = documentedAnswer(state)
	}
	return &autherr.Error{
		Kind: autherr.Forbidden, Reason: reasonAccount + string(state),
		Message: answer.Message, Additional: answer.Additional, Reference: answer.Reference,
	}
}
