package auth

import (
	"slices"
	"time"

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

// RequireSubject lets in these accounts, or apps in their own name, by their IDs.
func RequireSubject(ids ...string) Rule {
	ids = slices.Clone(ids)
	return func(id Identity) error {
		if id.Subject != "" && slices.Contains(ids, id.Subject) {
			return nil
		}
		return &autherr.Error{Kind: autherr.Forbidden, Reason: "subject", Message: "This is not for this account"}
	}
}

// RequireClient lets in callers who come through one of these apps.
func RequireClient(keys ...string) Rule {
	keys = slices.Clone(keys)
	return func(id Identity) error {
		if id.ClientKey != "" && slices.Contains(keys, id.ClientKey) {
			return nil
		}
		return &autherr.Error{Kind: autherr.Forbidden, Reason: "client", Message: "This is not for this app"}
	}
}

// RequireACR lets in callers who signed in by one of these authentication context classes (RFC 9470 §3).
func RequireACR(classes ...string) Rule {
	classes = slices.Clone(classes)
	return func(id Identity) error {
		if id.ACR != "" && slices.Contains(classes, id.ACR) {
			return nil
		}
		return errSignInAgain("acr")
	}
}

// RequireAuthTime lets in callers whose user signed in within this time; clock is the gate's, nil for time.Now.
func RequireAuthTime(within time.Duration, clock func() time.Time) Rule {
	if clock == nil {
		clock = time.Now
	}
	return func(id Identity) error {
		if !id.AuthTime.IsZero() && clock().Sub(id.AuthTime) <= within {
			return nil
		}
		return errSignInAgain("auth_time")
	}
}

// errSignInAgain asks for a better sign-in, with the code of RFC 9470 §3.
func errSignInAgain(reason string) error {
	return &autherr.Error{
		Kind: autherr.Unauthenticated, Reason: reason, Code: "insufficient_user_authentication",
		Message: "This needs a newer or a stronger sign-in",
	}
}
