package main

import (
	"net/http"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/basic"
	"github.com/seed-f67351ce/sesame/bench/pair"
	"github.com/seed-f67351ce/sesame/store"
)

// refusalCases hold what it costs to say no, against the floor of a bearer token.
func refusalCases() []benchCase {
	return []benchCase{
		{"refusal", "garbage of 16 KiB", tokenFloor, refuseGarbage},
		{"refusal", "a mistyped token", tokenFloor, refuseMistyped},
		{"refusal", "a mistyped token, Verify alone", tokenFloor, verifyMistyped},
		{"refusal", "an unknown token", tokenFloor, refuseUnknown},
		{"refusal", "a wrong password, throttled", tokenFloor, refuseThrottled},
	}
}

func refuseGarbage() pair.System {
	h := gate(bearerScheme(secrets(patFormat())))
	return serve(h, "Authorization", []string{"Bearer " + strings.Repeat(",.", 8<<10-8)}, http.StatusBadRequest)
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
