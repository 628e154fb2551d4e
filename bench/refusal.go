package main

import (
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/basic"
	"github.com/seed-f67351ce/sesame/bench/pair"
	"github.com/seed-f67351ce/sesame/digest"
	"github.com/seed-f67351ce/sesame/oauth1"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// refusalCases hold what it costs to say no, against the floor of a bearer token.
func refusalCases() []benchCase {
	return []benchCase{
		{"refusal", "garbage of 16 KiB", tokenFloor, refuseGarbage("Bearer ", ",.")},
		{"refusal", "garbage of 16 KiB, base64 for Basic", tokenFloor, refuseGarbage("Basic ", "YWFh")},
		{"refusal", "garbage of 16 KiB, pairs for Digest", tokenFloor, refuseGarbage("Digest ", "a=b,")},
		{"refusal", "garbage of 16 KiB, a name for Digest", tokenFloor, refuseGarbage("Digest username=", "a")},
		{"refusal", "garbage of 16 KiB, pairs for OAuth", tokenFloor, refuseGarbage("OAuth ", `a="%41",`)},
		{"refusal", "garbage of 16 KiB, a nonce for OAuth", tokenFloor, refuseGarbage("OAuth oauth_nonce=", "a")},
		{"refusal", "a mistyped token", tokenFloor, refuseMistyped},
		{"refusal", "a mistyped token, Verify alone", tokenFloor, verifyMistyped},
		{"refusal", "an unknown token", tokenFloor, refuseUnknown},
		{"refusal", "a wrong password, throttled", tokenFloor, refuseThrottled},
	}
}

// refuseGarbage repeats text behind a prefix, up to as much as is read at all, where every scheme is offered.
func refuseGarbage(prefix, text string) func() pair.System {
	field := prefix + strings.Repeat(text, (16<<10-len(prefix))/len(text))
	return func() pair.System {
		db, ring := memory.New(), must(seal.New(seal.NewKey()))
		h := gate(
			must(basic.New(basic.Config{Realm: "bench", Passwords: must(password.New(password.Config{Users: db, Hasher: cheapHasher(), InsecureUnthrottled: true}))})),
			digestScheme(db, must(digest.NewHA1s(digest.HA1Config{Realm: "bench", Keys: ring})), true),
			must(oauth1.New(oauth1.Config{Realm: "bench", Methods: []oauth1.Method{oauth1.HMACSHA256}, Clients: db, Users: db, Tokens: db, Once: db, Ring: ring})),
			must(oauth2.NewBearer(oauth2.BearerConfig{Realm: "bench", Verifier: verifier(store.DeveloperToken, db)})),
		)
		op := serveOp(h, root, "Authorization", []string{field}, refusedWith(h, field))
		return pair.System{Op: op}
	}
}

// refusedWith is the status with which a field is refused: malformed or wrong, by what comes first.
func refusedWith(h http.Handler, field string) int {
	r, w := newRequest("GET", root, ""), httptest.NewRecorder()
	r.Header.Set("Authorization", field)
	h.ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest && w.Code != http.StatusUnauthorized {
		log.Fatalf("bench: garbage is answered %d", w.Code)
	}
	return w.Code
}

func refuseMistyped() pair.System {
	all := secrets(patFormat())
	h := gate(bearerScheme(all))
	return serve(h, "Authorization", bearers(mistyped(all)), http.StatusUnauthorized)
}

// verifyMistyped asks the verifier alone.
func verifyMistyped() pair.System {
	all := secrets(patFormat())
	v, wrong := verifier(store.DeveloperToken, tokenStore(store.DeveloperToken, all)), mistyped(all)
	r := newRequest("GET", root, "")
	return pair.System{Op: func(i int) {
		if _, err := v.Verify(r.Context(), r, "Bearer", wrong[i%entries]); err == nil {
			panic("found")
		}
	}}
}

// mistyped tokens have the last symbol wrong, which is found last.
func mistyped(all []string) []string {
	return fields(func(i int) string { return all[i][:len(all[i])-1] + "_" })
}

func refuseUnknown() pair.System {
	h := gate(bearerScheme(secrets(patFormat())))
	return serve(h, "Authorization", bearers(secrets(patFormat())), http.StatusUnauthorized)
}

// refuseThrottled is the answer to the failures beyond the limit.
func refuseThrottled() pair.System {
	hasher := cheapHasher()
	db := accounts(1, func(i int) store.Password { return store.Password{Hash: must(hasher.Hash(userPassword(i)))} })
	limits := must(throttle.New(throttle.Config{Counters: db, Window: time.Hour}))
	checker := must(password.New(password.Config{Users: db, Hasher: hasher, Throttle: limits}))
	h := gate(must(basic.New(basic.Config{Realm: "bench", Passwords: checker})))
	wrong := []string{"Basic dXNlcjAwMDAwMDp3cm9uZw=="} // user000000:wrong
	for range 10 {
		serve(h, "Authorization", wrong, http.StatusUnauthorized).Op(0)
	}
	return serve(h, "Authorization", wrong, http.StatusTooManyRequests)
}
