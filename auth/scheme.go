package auth

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/seed-f67351ce/sesame/store"
)

// A Scheme verifies one kind of credentials. It never sees a ResponseWriter. Its methods are called by any number of
// goroutines at once.
type Scheme interface {
	// Present says whether r carries credentials of this kind. name is the scheme that the one Authorization field
	// began with, as it was sent, or empty. It is cheap and reads no body.
	Present(r *http.Request, name string) bool
	// Verify says who sent r. It is called only where Present said so. A refusal is an *errors.Error; a store that does
	// not answer is [errors.NewUnavailable]. With an error, the verdict's identity may name what is known of the
	// caller, for the observer alone. Verify does not judge states of accounts, client keys or scopes: the gate does.
	Verify(ctx context.Context, r *http.Request) (Verdict, error)
	// Challenges says what r's sender should present instead. It is called for each refused request, whichever scheme
	// refused it; err says why. For [errors.Unauthenticated] it returns at least one challenge, for others those that
	// RFCs ask for, and usually none.
	Challenges(r *http.Request, err error) []Challenge
}

// Ambient is implemented by schemes whose credentials browsers keep and send by themselves: Basic and Digest. For them
// the gate refuses unsafe requests from other origins' pages, and asks for a client key where it is configured to.
type Ambient interface {
	Ambient() bool
}

// Choosy is implemented by schemes that a host may not want beside some others, such as Digest beside Basic. A gate that
// a scheme objects to is not built.
type Choosy interface {
	// Beside is nil where other may be in the same gate.
	Beside(other Scheme) error
}

// A Verdict is what a scheme found out, and what the answer should carry. By value: it costs no allocation.
type Verdict struct {
	Identity Identity
	// State is that of the account that the credential belongs to; the gate answers for it.
	State store.State
	// Info is the Authentication-Info of the response (RFC 9110 §11.6.3); usually empty.
	Info string
	// Header is set on the response before the handler runs (Vary, DPoP-Nonce); usually nil.
	Header http.Header
	// Body replaces the request's body where the scheme read it; usually nil.
	Body io.ReadCloser
}

// isAmbient reports whether browsers send s's credentials by themselves.
func isAmbient(s Scheme) bool {
	a, ok := s.(Ambient)
	return ok && a.Ambient()
}

// checkNeighbours asks each of the schemes about the others.
func checkNeighbours(schemes []Scheme) error {
	for i, scheme := range schemes {
		choosy, ok := scheme.(Choosy)
		if !ok {
			continue
		}
		for j, other := range schemes {
			if i == j {
				continue
			}
			if err := choosy.Beside(other); err != nil {
				return fmt.Errorf("auth: %w", err)
			}
		}
	}
	return nil
}
