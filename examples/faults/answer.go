//go:build unix

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// An answer is what a server answered, read as a whole.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// read reads an answer.
func read(response *http.Response, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err // what was lost on the way is no answer
	}
	return answer{response.StatusCode, response.Header, body}, nil
}

// member is a member of the JSON object in the body, empty where there is none.
func (a answer) member(name string) string {
	var members map[string]any
	if json.Unmarshal(a.body, &members) != nil {
		return ""
	}
	text, _ := members[name].(string)
	return text
}

// need is an error where the status is none of these.
func (a answer) need(statuses ...int) error {
	if slices.Contains(statuses, a.status) {
		return nil
	}
	return fmt.Errorf("answered %d: %s", a.status, strings.TrimSpace(string(a.body[:min(len(a.body), 200)])))
}

// unavailable says that the answer is none: the same question may get one later.
func unavailable(status int) bool {
	return status == http.StatusServiceUnavailable || status == http.StatusBadGateway
}

// get makes a request without a body.
func get(target string) *http.Request { return request("GET", target, nil) }

// post makes a request with a form.
func post(target string, form url.Values) *http.Request { return request("POST", target, form) }

func request(method, target string, form url.Values) *http.Request {
	r, err := http.NewRequest(method, target, strings.NewReader(form.Encode()))
	if err != nil {
		panic(err) // both are the harness's own
	}
	if form == nil {
		r.Body, r.GetBody, r.ContentLength = http.NoBody, nil, 0
		return r
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// copyOf is a copy of a request, to be sent besides it.
func copyOf(ctx context.Context, r *http.Request) *http.Request {
	r = r.Clone(ctx)
	if r.GetBody != nil {
		r.Body, _ = r.GetBody() // it is in memory
	}
	return r
}

// patience is how long what must succeed in the end may take, on a machine that is busy.
const patience = time.Minute

// retry repeats try until it succeeds, and gives up with its last error.
func retry(ctx context.Context, try func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
