package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"strings"

	"github.com/ory/fosite"
	"github.com/ory/fosite/compose"

	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/bench/pair"
)

// The verifier and challenge of RFC 7636 appendix B.
const (
	codeVerifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	codeChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

const callback = "https://client.example/callback"

func codeFlowCases() []benchCase {
	return []benchCase{
		{"issuing, whole code flow with PKCE", "sesame", issueFloor, codeFlowSesame},
		{"issuing, whole code flow with PKCE", "fosite (secret under SHA-256, consent not kept)", issueFloor, codeFlowFosite},
	}
}

// codeFlows sends a signed-in user's browser to the authorization endpoint, reads the code from where it is sent on to, and
// exchanges it as the app does.
func codeFlows(authorize, token http.HandlerFunc) pair.System {
	fields, queries := basicFields(), make([]string, apps)
	for i := range queries {
		queries[i] = visitQuery(i)
	}
	browser, app := newPost(), newPost()
	browser.Request = newRequest("GET", "/oauth2/authorize", "")
	exchange := "&grant_type=authorization_code&code_verifier=" + codeVerifier + "&redirect_uri=" + url.QueryEscape(callback)
	return pair.System{Op: func(i int) {
		code := browser.visit(authorize, queries[i%apps], fmt.Sprint("id", i%apps))
		app.send(token, fields[i%apps], "code="+url.QueryEscape(code)+exchange)
		var answer struct {
			Access string `json:"access_token"`
		}
		if check(json.Unmarshal(app.answer, &answer)); answer.Access == "" {
			log.Fatal("bench: no access token")
		}
	}}
}

// visitQuery is how app i sends a browser to the authorization endpoint.
func visitQuery(i int) string {
	return url.Values{
		"response_type": {"code"}, "client_id": {appKey(i)}, "redirect_uri": {callback}, "scope": {"read"}, "state": {"state-of-a-visit"},
		"code_challenge": {codeChallenge}, "code_challenge_method": {"S256"},
	}.Encode()
}

// open is a signed-in user's request by a browser.
func (p *post) open(h http.HandlerFunc, query, user string) {
	p.URL.RawQuery, p.Form = query, nil
	p.Request.Header["X-User"] = []string{user}
	clear(p.header)
	h(p, p.Request)
}

// visit is a user's visit to the authorization endpoint, which answers with a code.
func (p *post) visit(h http.HandlerFunc, query, user string) (code string) {
	p.open(h, query, user)
	_, code, _ = strings.Cut(p.header["Location"][0], "code=")
	if code, _, _ = strings.Cut(code, "&"); code == "" {
		log.Fatalf("bench: no code in %q", p.header["Location"][0])
	}
	return must(url.QueryUnescape(code))
}

// codeFlowSesame finds that each user has allowed the app this before.
func codeFlowSesame() pair.System {
	s, browser := newIssuer(), newPost()
	browser.Request = newRequest("GET", "/oauth2/authorize", "")
	for i := range apps {
		browser.open(s.Authorize, visitQuery(i), fmt.Sprint("id", i))
		_, id, _ := strings.Cut(browser.header["Location"][0], "id=")
		clear(browser.header)
		check(s.pages.Decide(browser, browser.Request, id, interaction.Decision{Allow: true}))
	}
	return codeFlows(s.Authorize, s.Token)
}

// codeFlowFosite leaves out what fosite leaves to its host: to look for a consent and to keep it.
func codeFlowFosite() pair.System {
	f := newFositeIssuer(compose.OAuth2AuthorizeExplicitFactory, compose.OAuth2PKCEFactory)
	f.config.EnforcePKCE = true
	return codeFlows(f.authorize, f.token)
}

func (f *fositeIssuer) authorize(w http.ResponseWriter, r *http.Request) {
	request := must(f.provider.NewAuthorizeRequest(r.Context(), r))
	request.GrantScope("read")
	answer := must(f.provider.NewAuthorizeResponse(r.Context(), request, &fosite.DefaultSession{Subject: r.Header.Get("X-User")}))
	f.provider.WriteAuthorizeResponse(r.Context(), w, request, answer)
}
