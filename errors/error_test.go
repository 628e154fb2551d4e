package errors_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

func TestErrorsMatchByKind(t *testing.T) {
	err := fmt.Errorf("in a handler: %w", &autherr.Error{Kind: autherr.Forbidden, Reason: "insufficient_scope"})
	assert.ErrorIs(t, err, autherr.Forbidden)
	assert.NotErrorIs(t, err, autherr.Unauthenticated)
	assert.EqualError(t, autherr.From(err), "forbidden: insufficient_scope")

	elsewhere := *autherr.From(err)
	elsewhere.Message = "a copy may say more"
	assert.ErrorIs(t, &elsewhere, autherr.Forbidden, "a copy still matches")
}

func TestFrom(t *testing.T) {
	assert.Nil(t, autherr.From(nil))

	unknown := errors.New("pq: password of user admin is hunter2")
	e := autherr.From(unknown)
	assert.Equal(t, autherr.Internal, e.Kind)
	assert.ErrorIs(t, e, unknown, "the cause is there for a log")
	assert.NotContains(t, e.Error(), "hunter2")
}

func TestBreakageIsUnavailable(t *testing.T) {
	e := autherr.NewUnavailable(context.DeadlineExceeded)
	assert.ErrorIs(t, e, autherr.Unavailable)
	assert.ErrorIs(t, e, context.DeadlineExceeded)
	assert.Positive(t, e.RetryAfter)
}

func TestStatuses(t *testing.T) {
	statuses := map[autherr.Kind]int{
		autherr.Internal: 500, autherr.BadRequest: 400, autherr.Unauthenticated: 401, autherr.Forbidden: 403,
		autherr.NotFound: 404, autherr.MethodNotAllowed: 405, autherr.Conflict: 409, autherr.TooLarge: 413,
		autherr.UnsupportedMedia: 415, autherr.TooManyRequests: 429, autherr.Unavailable: 503,
		autherr.Kind(200): 500,
	}
	for kind, status := range statuses {
		assert.Equal(t, status, kind.Status(), kind.Error())
		assert.NotEmpty(t, http.StatusText(kind.Status()))
	}
	var zero autherr.Error
	require.ErrorIs(t, &zero, autherr.Internal, "the zero error says nothing")
}
