package oauth2

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
)

// requestedScopes are those that a client asks for, and all of its own where it names none (RFC 6749 §3.3).
func (s *Server) requestedScopes(client *store.Client, parameter string) (auth.Scopes, error) {
	if parameter == "" {
		return s.cfg.Scopes.Sort(client.Scopes), nil
	}
	scopes, err := auth.ParseScopes(parameter)
	if err != nil {
		return nil, fail(invalidScope, "the scope is malformed")
	}
	for _, scope := range scopes {
		if !s.cfg.Scopes.Has(scope) || !slices.Contains(client.Scopes, scope) {
			return nil, fail(invalidScope, "there is no such scope, or this client may not have it")
		}
	}
	return s.cfg.Scopes.Sort(scopes), nil
}

// resources are those that tokens shall be for (RFC 8707 §2): this API, or a URL below it.
func (s *Server) resources(asked []string) ([]string, error) {
	var resources []string
	for _, resource := range asked {
		u, err := url.Parse(resource)
		if err != nil || !u.IsAbs() || strings.Contains(resource, "#") || !s.isOurs(resource) {
			return nil, fail(invalidTarget, "there is no such resource here")
		}
		if !slices.Contains(resources, resource) {
			resources = append(resources, resource)
		}
	}
	return resources, nil
}

func (s *Server) isOurs(resource string) bool {
	base := strings.TrimSuffix(s.cfg.Resource, "/")
	return resource == base || strings.HasPrefix(resource, base+"/") && !strings.Contains(resource, "/../") && !strings.HasSuffix(resource, "/..")
}

// narrowed are the resources of a token request, which must be among those that were granted (RFC 8707 §2.2).
func (s *Server) narrowed(asked, granted []string) ([]string, error) {
	if len(asked) == 0 {
		return granted, nil
	}
	resources, err := s.resources(asked)
	if err != nil {
		return nil, err
	}
	for _, resource := range resources {
		if len(granted) > 0 && !slices.Contains(granted, resource) {
			return nil, fail(invalidTarget, "this resource was not granted")
		}
	}
	return resources, nil
}

// user looks an account up.
func (s *Server) user(ctx context.Context, id string) (user store.User, known bool, err error) {
	user, err = s.cfg.Users.UserByID(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return store.User{}, false, nil
	case err != nil:
		return store.User{}, false, breakage(err)
	}
	return user, true, nil
}

// storeError gives the facts of a store an answer of the token endpoint; the rest is breakage.
func (s *Server) storeError(err error, reason string) error {
	for _, fact := range []error{store.ErrNotFound, store.ErrUsed, store.ErrConflict, store.ErrRevoked} {
		if errors.Is(err, fact) {
			return errGrant(reason)
		}
	}
	return breakage(err)
}

// errGrant is what every code and refresh token that is no good is told.
func errGrant(reason string) error {
	return fail(invalidGrant, "the code or token is not valid, or not for this client", reason)
}
