package auth

import (
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// A Rule is a condition on verified callers. It returns nil or a refusal, usually of kind [autherr.Forbidden], and
// refuses where a claim that it asks for is absent.
type Rule func(Identity) error

// RequireUser refuses callers who stand for an app instead of a person.
func RequireUser(id Identity) error {
	if id.Kind == User {
		return nil
	}
	return &autherr.Error{
		Kind: autherr.Forbidden, Reason: "not_a_user",
		Message: "This token stands for an app, not for a user",
	}
}
