package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestItRuns(t *testing.T) {
	db := openDatabase()
	defer db.Close()
	handler := newHandler(db)
	serve := func(r *http.Request) *httptest.ResponseRecorder {
		r.RemoteAddr = "127.0.0.1:1234" // from elsewhere it must be HTTPS
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		return answer
	}
	login := func(name, password string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/authorization", strings.NewReader("username="+name+"&password="+password))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return serve(r)
	}
	assert.Equal(t, 401, login("Aladdin", "close+sesame").Code)
	assert.Equal(t, 401, login("Iago", "open+sesame").Code)
	var issued struct {
		AccessToken string `json:"access_token"`
	}
	require.NoError(t, json.Unmarshal(login("Aladdin", "open+sesame").Body.Bytes(), &issued))
	get := func() *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+issued.AccessToken)
		return serve(r)
	}
	assert.Equal(t, "Hello, Aladdin, our number 1001.\n", get().Body.String())

	must(db.Exec("UPDATE people SET unpaid = TRUE"))
	assert.Contains(t, get().Body.String(), "locked due to an unpaid balance", "the host's change holds at once")
	assert.Equal(t, 403, login("Aladdin", "open+sesame").Code)
	must(db.Exec("DELETE FROM people"))
	assert.Equal(t, 401, get().Code)
	must(db.Exec("DROP TABLE people"))
	assert.Equal(t, 503, get().Code, "a broken table lets nobody in, and blames nobody")
}
