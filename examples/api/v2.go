package main

import (
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/basic"
	"github.com/seed-f67351ce/sesame/digest"
)

// buildV2 makes the gate of API 1.
func (a *api) buildV2() error {
	digestScheme, err := a.digestScheme()
	if err != nil {
		return err
	}
	basicScheme, err := basic.New(basic.Config{Realm: realm, Passwords: a.passwords})
	if err != nil {
		return err
	}
	if a.signed, err = a.oauth1Scheme(); err != nil {
		return err
	}
	a.v2, err = a.gate(auth.Config{ClientKeys: &auth.ClientKeys{Clients: a.store}}, digestScheme, basicScheme, a.signed)
	return err
}

// digestScheme shares the throttle with everything else that takes passwords. userhash is off, since answers repeat the
// user name.
func (a *api) digestScheme() (*digest.Scheme, error) {
	cfg := digest.Config{
		HA1s: a.ha1s, Users: a.store, Passwords: a.store, Once: a.store.once(6 * time.Minute), WithoutUserHash: true,
		Throttle: a.limits, InsecureUnthrottled: !a.throttle,
		Report: a.reportAccount("digest"),
	}
	if a.store.outlives() {
		cfg.NonceKeys = a.ring // else nonces of before a restart would be good again
	}
	return digest.New(cfg)
}
