package auth

import (
	"strings"
	"unicode/utf8"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// maxEchoed is how many bytes of a user name a refusal repeats.
const maxEchoed = 256

// Refuse is the answer to wrong or missing credentials: 401, the same words whatever was wrong, with the user name as
// it was sent, or none. reason is for the log. A name with control characters or invalid UTF-8 is not repeated, and of
// others at most 256 bytes are.
func Refuse(name, reason string) *autherr.Error {
	message := "Could not authenticate:"
	if echo := echoed(name); echo != "" {
		message += " " + echo
	}
	return &autherr.Error{Kind: autherr.Unauthenticated, Reason: reason, Message: message}
}

// Malformed is the answer to credentials that break their grammar: 400. what is a fixed text; nothing of the request is repeated.
func Malformed(reason, what string) *autherr.Error {
	return &autherr.Error{
		Kind: autherr.BadRequest, Reason: reason, Message: "Bad request: " + what, Code: "invalid_request",
	}
}

// RefuseHTTP is the answer to credentials over clear HTTP from beyond this machine, which were not looked at: 403.
func RefuseHTTP() *autherr.Error {
	return &autherr.Error{
		Kind: autherr.Forbidden, Reason: "clear_http",
		Message: "Credentials are only taken over HTTPS",
	}
}

// echoed is the part of name that may be repeated.
func echoed(name string) string {
	if !utf8.ValidString(name) || strings.ContainsFunc(name, isControl) {
		return ""
	}
	if len(name) <= maxEchoed {
		return name
	}
	end := maxEchoed
	for !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end]
}

// isControl covers C0, DEL and C1.
func isControl(r rune) bool { return r < ' ' || 0x7f <= r && r < 0xa0 }
