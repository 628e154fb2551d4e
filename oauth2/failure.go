package oauth2

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// Error codes of RFC 6749 §4.1.2.1 and §5.2, RFC 8707 §2.
const (
	invalidRequest          = "invalid_request"
	invalidClient           = "invalid_client"
	invalidGrant            = "invalid_grant"
	invalidScope            = "invalid_scope"
	invalidTarget           = "invalid_target"
	unauthorizedClient      = "unauthorized_client"
	unsupportedGrantType    = "unsupported_grant_type"
	unsupportedResponseType = "unsupported_response_type"
	accessDenied            = "access_denied"
	serverError             = "server_error"
)

// fail is a 400 with this code, or a 401 for invalid_client. The description is a fixed text; the reason in the log is
// the code, or a more precise one.
func fail(code, description string, reason ...string) *autherr.Error {
	kind := autherr.BadRequest
	if code == invalidClient {
		kind = autherr.Unauthenticated
	}
	return &autherr.Error{Kind: kind, Reason: append(reason, code)[0], Code: code, Message: description}
}

// errMethod is a 405.
func errMethod(description string, allow ...string) *autherr.Error {
	return &autherr.Error{Kind: autherr.MethodNotAllowed, Reason: "method", Code: invalidRequest, Message: description, Allow: allow}
}

// writeError answers in the members of RFC 6749 §5.2. A 401 names Basic, since an Authorization field must be answered
// by its scheme and clients without one may learn of it.
func writeError(w http.ResponseWriter, err error) {
	e := autherr.From(err)
	code, description := e.Code, e.Message
	switch {
	case e.Kind.Status() >= 500:
		code, description = serverError, "something went wrong on our side"
	case code == "":
		code = invalidRequest
	}
	body, marshalErr := json.Marshal(map[string]string{"error": code, "error_description": describable(description)})
	if marshalErr != nil {
		e, body = autherr.From(marshalErr), []byte(`{"error":"server_error"}`)
	}
	h := w.Header()
	setNoStore(h)
	e.SetHeader(h)
	if e.Kind == autherr.Unauthenticated {
		h.Set("WWW-Authenticate", `Basic realm="oauth2", charset="UTF-8"`)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(e.Kind.Status())
	_, _ = w.Write(body)
}

// setNoStore sets what every answer of these endpoints has. Its values are one piece of memory, and yet each field's own:
// what is appended to one goes elsewhere.
func setNoStore(h http.Header) {
	v := [...]string{"application/json", "no-store", "no-cache", "nosniff"}
	h["Content-Type"], h["Cache-Control"] = v[0:1:1], v[1:2:2]
	h["Pragma"] = v[2:3:3] // RFC 6749 §5.1
	h["X-Content-Type-Options"] = v[3:4:4]
}

// describable keeps text within the characters of error_description: %x20-21 / %x23-5B / %x5D-7E.
func describable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '\''
		}
		return r
	}, text)
}
