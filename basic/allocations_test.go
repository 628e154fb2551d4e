package basic_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/basic"
	"github.com/seed-f67351ce/sesame/store"
)

// account signs everybody in.
type account struct{}

func (a account) Check(context.Context, *http.Request, string, string) (store.User, error) {
	return store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read"}}, nil
}

func TestTheMiddlewareAllocatesForTheCredentialsAndTheContext(t *testing.T) {
	handler := newGate(t, basic.Config{Passwords: account{}}).Require("read")(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
	r.RemoteAddr = "127.0.0.1:40000"
	r.Header.Set("Authorization", encode("Aladdin:open sesame"))
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { handler.ServeHTTP(w, r) }), 4.0)
	assert.Equal(t, http.StatusOK, w.Code)
}
