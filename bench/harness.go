package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/bench/pair"
)

// entries is how many accounts and tokens each store holds.
const entries = 100_000

// must returns value; a bench that cannot be built stops.
func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		log.Fatal("bench: ", err)
	}
}

// userName and userPassword are those of account i.
func userName(i int) string     { return fmt.Sprintf("user%06d", i) }
func userPassword(i int) string { return fmt.Sprintf("password of %06d", i) }

// discard is a response writer that keeps the status alone.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }

var _ io.StringWriter = (*discard)(nil)

func (d *discard) WriteString(s string) (int, error) { return len(s), nil }

// newRequest comes from loopback.
func newRequest(method, target string, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body == "" {
		r.Body, r.ContentLength = http.NoBody, 0
	}
	r.RemoteAddr = "127.0.0.1:40000"
	return r
}

// fields are the values of a request field, one for each entry. Whole requests would keep the collector busy.
func fields(one func(i int) string) []string {
	all := make([]string, entries)
	for i := range all {
		all[i] = one(i)
	}
	return all
}

// root is the target of most requests.
const root = "/"

// An exchange is a request whose one field is filled in for each operation, and a writer for its answer. They are
// reused, since a server's own are not what is measured.
type exchange struct {
	discard
	*http.Request
	value *string
}

func exchanges(target, field string) *sync.Pool {
	return &sync.Pool{New: func() any {
		values := []string{""}
		x := &exchange{discard: discard{header: make(http.Header)}, Request: newRequest("GET", target, ""), value: &values[0]}
		x.Request.Header[field] = values
		return x
	}}
}

// serve sends one request after another through h, with the field's values in turn. It stops where one is not answered with want,
// so that nothing is measured that does not work.
func serve(h http.Handler, field string, values []string, want int) pair.System {
	return pair.System{Op: serveOp(h, root, field, values, want)}
}

// serveOnce sends requests for target that are good once, with the Authorization fields that next makes; i counts up.
func serveOnce(h http.Handler, target string, next func(i int) string) pair.System {
	values := make([]string, 2*pair.Supply)
	return pair.System{
		Prepare: func(from int) {
			for i := from; i < from+pair.Supply; i++ {
				values[i%len(values)] = next(i)
			}
		},
		Op: serveOp(h, target, "Authorization", values, http.StatusOK),
	}
}

func serveOp(h http.Handler, target, field string, values []string, want int) pair.Op {
	pool := exchanges(target, field)
	return func(i int) {
		x := pool.Get().(*exchange)
		clear(x.header)
		x.status, *x.value = http.StatusOK, values[i%len(values)]
		h.ServeHTTP(&x.discard, x.Request)
		if x.status != want {
			log.Fatalf("bench: status %d instead of %d", x.status, want)
		}
		pool.Put(x)
	}
}

// nothing is the protected handler.
var nothing = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})

func newGate(schemes ...auth.Scheme) *auth.Gate {
	scopes := must(auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See things"}))
	return must(auth.New(auth.Config{Schemes: schemes, Scopes: scopes}))
}

// gate guards nothing.
func gate(schemes ...auth.Scheme) http.Handler { return newGate(schemes...).Require("read")(nothing) }
