//go:build unix

package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A token1 is a pair of OAuth 1.0a: temporary credentials, or a token and its secret.
type token1 struct{ token, secret string }

// signs is a request of the app that is signed by HMAC-SHA256 (RFC 5849 §3.4), with a nonce of its own. Further protocol
// parameters are pairs.
func (a app) signs(method, path string, t token1, more ...string) *http.Request {
	protocol := map[string]string{
		"oauth_consumer_key": a.key, "oauth_signature_method": "HMAC-SHA256",
		"oauth_timestamp": strconv.FormatInt(time.Now().Unix(), 10), "oauth_nonce": rand.Text(),
	}
	if t.token != "" {
		protocol["oauth_token"] = t.token
	}
	for i := 0; i < len(more); i += 2 {
		protocol[more[i]] = more[i+1]
	}
	target := a.site.balancer.origin() + path
	protocol["oauth_signature"] = sign(method, target, escape(a.secret)+"&"+escape(t.secret), protocol)
	var list []string
	for _, name := range slices.Sorted(maps.Keys(protocol)) {
		list = append(list, name+`="`+escape(protocol[name])+`"`)
	}
	r := request(method, target, nil)
	r.Header.Set("Authorization", "OAuth "+strings.Join(list, ", "))
	return r
}

// sign is the signature of a request that has no parameters besides those of the protocol.
func sign(method, target, secrets string, protocol map[string]string) string {
	var pairs []string
	for name, value := range protocol {
		pairs = append(pairs, escape(name)+"="+escape(value))
	}
	slices.Sort(pairs)
	mac := hmac.New(sha256.New, []byte(secrets))
	mac.Write([]byte(method + "&" + escape(target) + "&" + escape(strings.Join(pairs, "&"))))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// escape is percent-encoding (RFC 5849 §3.6).
func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

// obtain sends a request to an endpoint of OAuth 1.0a that answers with credentials.
func (s *site) obtain(r *http.Request) (token1, error) {
	got, err := s.do(r)
	if err == nil {
		err = got.need(http.StatusOK)
	}
	if err != nil {
		return token1{}, err
	}
	form, err := url.ParseQuery(string(got.body))
	return token1{form.Get("oauth_token"), form.Get("oauth_token_secret")}, err
}

// A grant1 is temporary credentials that a person has approved.
type grant1 struct {
	temporary token1
	verifier  string
}

// approved has a person approve temporary credentials of the app.
func (a app) approved(p *person) (grant1, error) {
	temporary, err := a.site.obtain(a.signs("POST", "/v2/oauth/request_token", token1{}, "oauth_callback", callback))
	if err != nil {
		return grant1{}, err
	}
	d, err := p.allow(a.site.balancer.origin() + "/v2/oauth/authorize?oauth_token=" + url.QueryEscape(temporary.token))
	if err == nil && d.callback.Get("oauth_verifier") == "" {
		err = fmt.Errorf("the app got %v", d.callback)
	}
	return grant1{temporary, d.callback.Get("oauth_verifier")}, err
}

// redeems1 is the request that redeems approved credentials, signed anew each time.
func (a app) redeems1(g grant1) *http.Request {
	return a.signs("POST", "/v2/oauth/access_token", g.temporary, "oauth_verifier", g.verifier)
}
