package tokens_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// A scanner signs its messages with the key "k".
type scanner struct {
	t        testing.TB
	key      *ecdsa.PrivateKey
	endpoint *tokens.Scanning
}

func newScanner(t testing.TB, w *world, change ...func(*tokens.ScanningConfig)) *scanner {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	cfg := tokens.ScanningConfig{
		Tokens: w.db, Events: w.db, Clock: w.clock, Notify: true,
		Kinds: []tokens.Kind{{Kind: store.DeveloperToken, Format: developer}, {Kind: store.APIKey, Format: apiKey}},
		Keys: func(_ context.Context, id string) (*ecdsa.PublicKey, error) {
			switch id {
			case "k":
				return &key.PublicKey, nil
			case "broken":
				return nil, errors.New("the list of keys cannot be had")
			}
			return nil, nil
		},
	}
	for _, c := range change {
		c(&cfg)
	}
	endpoint, err := tokens.NewScanning(cfg)
	require.NoError(t, err)
	return &scanner{t: t, key: key, endpoint: endpoint}
}

func (s *scanner) sign(body string) string {
	sum := sha256.Sum256([]byte(body))
	signature, err := ecdsa.SignASN1(rand.Reader, s.key, sum[:])
	require.NoError(s.t, err)
	return base64.StdEncoding.EncodeToString(signature)
}

// post sends body; fields are name, value, name, value, …
func (s *scanner) post(body string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/leaks", strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:40000"
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	answer := httptest.NewRecorder()
	s.endpoint.ServeHTTP(answer, r)
	return answer
}

// report sends body signed.
func (s *scanner) report(body string) *httptest.ResponseRecorder {
	return s.post(body, "GITHUB-PUBLIC-KEY-IDENTIFIER", "k", "GITHUB-PUBLIC-KEY-SIGNATURE", s.sign(body))
}

func reportOf(token string) string {
	return fmt.Sprintf(`[{"token":%q,"type":"acme_token","url":"https://code.example/a.txt","source":"content"}]`, token)
}

func TestScanning(t *testing.T) {
	t.Run("TOK-LEAK-01 a signed report revokes the token and informs its owner", func(t *testing.T) {
		w := newWorld(t)
		s := newScanner(t, w)
		minted := w.mint(key)
		answer := s.report(reportOf(minted.Secret))
		require.Equal(t, 200, answer.Code)
		var labels []map[string]string
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &labels))
		assert.Equal(t, []map[string]string{{
			"token_hash": hex.EncodeToString(minted.Token.Digest[:]), "token_type": "acme_token", "label": "true_positive",
		}}, labels)
		assert.Equal(t, 401, w.get(minted.Secret))

		p := &post{}
		require.NoError(t, newOutbox(t, w, p).Deliver(ctx))
		require.Len(t, p.sent, 1)
		event := p.sent[0].Event
		assert.Equal(t, tokens.EventLeaked, event.Type)
		assert.Equal(t, "1", event.User)
		assert.Empty(t, event.Actor)
		assert.Equal(t, minted.Token.ID, event.Token)
		assert.Equal(t, "https://code.example/a.txt", event.Details[tokens.DetailFoundAt])
		assert.Equal(t, "yes", event.Details[tokens.DetailRevoked])

		assert.Contains(t, s.report(reportOf(minted.Secret)).Body.String(), "true_positive", "again")
		require.NoError(t, newOutbox(t, w, p).Deliver(ctx))
		assert.Len(t, p.sent, 1, "but the owner is told once")
	})
	t.Run("TOK-LEAK-01 who does not sign is told nothing and changes nothing", func(t *testing.T) {
		w := newWorld(t)
		s, other := newScanner(t, w), newScanner(t, w)
		minted := w.mint()
		real, made := reportOf(minted.Secret), reportOf(developer.New())
		id, signature := "Github-Public-Key-Identifier", "Github-Public-Key-Signature"
		first := s.post(made)
		require.Equal(t, 403, first.Code)
		for _, body := range []string{real, made, "{", ""} {
			for name, fields := range map[string][]string{
				"no fields":               nil,
				"no signature":            {id, "k"},
				"no key":                  {signature, s.sign(body)},
				"an unknown key":          {id, "x", signature, s.sign(body)},
				"another's signature":     {id, "k", signature, other.sign(body)},
				"another body's":          {id, "k", signature, s.sign(body + " ")},
				"no base64":               {id, "k", signature, "???"},
				"no ASN.1":                {id, "k", signature, "AAAA"},
				"two keys":                {id, "k", id, "k", signature, s.sign(body)},
				"two signatures":          {id, "k", signature, s.sign(body), signature, s.sign(body)},
				"a very long identifier":  {id, strings.Repeat("k", 1000), signature, s.sign(body)},
				"a signature with a tail": {id, "k", signature, s.sign(body) + strings.Repeat("A", 1000)},
			} {
				answer := s.post(body, fields...)
				assert.Equal(t, 403, answer.Code, name)
				assert.Equal(t, first.Body.String(), answer.Body.String(), name)
			}
		}
		assert.Empty(t, w.db.lookUps)
		assert.Equal(t, 200, w.get(minted.Secret))
	})
	t.Run("what is not ours is a false positive, and the store is asked only for what looks right", func(t *testing.T) {
		w := newWorld(t)
		s := newScanner(t, w)
		assert.Contains(t, s.report(reportOf("some_token")).Body.String(), "false_positive")
		assert.Empty(t, w.db.lookUps)
		assert.Contains(t, s.report(reportOf(developer.New())).Body.String(), "false_positive")
		assert.Len(t, w.db.lookUps, 1)
		assert.Equal(t, "[]\n", s.report("[]").Body.String())
	})
	t.Run("the host's policy may keep a token, and its owner is told all the same", func(t *testing.T) {
		w := newWorld(t)
		var seen tokens.Leak
		s := newScanner(t, w, func(cfg *tokens.ScanningConfig) {
			cfg.Revoke = func(l tokens.Leak) bool { seen = l; return false }
		})
		minted := w.mint()
		body := strings.Replace(reportOf(minted.Secret), "a.txt", minted.Secret, 1)
		assert.Contains(t, s.report(body).Body.String(), "true_positive")
		assert.Equal(t, minted.Token.ID, seen.Token.ID)
		assert.Equal(t, "content", seen.Source)
		assert.Equal(t, 200, w.get(minted.Secret))
		p := &post{}
		require.NoError(t, newOutbox(t, w, p).Deliver(ctx))
		require.Len(t, p.sent, 1)
		assert.Equal(t, "no", p.sent[0].Event.Details[tokens.DetailRevoked])
		assert.NotContains(t, fmt.Sprint(p.sent[0]), minted.Secret, "though the address held it")
	})
	t.Run("of many reports each is answered", func(t *testing.T) {
		w := newWorld(t)
		s := newScanner(t, w)
		a, b := w.mint(), w.mint(key)
		body := fmt.Sprintf(`[{"token":%q,"type":"a"},{"token":"nothing","type":"b"},{"token":%q,"type":"c","more":[{}]}]`, a.Secret, b.Secret)
		var labels []map[string]string
		require.NoError(t, json.Unmarshal(s.report(body).Body.Bytes(), &labels))
		require.Len(t, labels, 3)
		assert.Equal(t, "b", labels[1]["token_type"])
		assert.Equal(t, "false_positive", labels[1]["label"])
		assert.Equal(t, 401, w.get(a.Secret))
		assert.Equal(t, 401, w.get(b.Secret))
	})
}

// The messages, signatures and keys with which GitHub's documentation shows how its reports are verified.
func TestReportsThatGitHubSigned(t *testing.T) {
	for _, row := range []struct{ id, key, signature, body string }{
		{
			"90a421169f0a406205f1563a953312f0be898d3c7b6c06b681aa86a874555f4a",
			"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9MJJHnMfn2+H4xL4YaPDA4RpJqUqkCmRCBnYERxZanmcpzQSXs1X/AljlKkbJ8qpVIW4clayyef9gWhFbNHWAA==",
			"MEUCIQDKZokqnCjrRtw0tni+2Ltvl/uiMJ1EGumEsp1BsNr32AIgQY1YXD2nlj+XNfGK4rBfkMJ1JDOQcYXxa2sY8FNkrKc=",
			`[{"token":"some_token","type":"some_type","url":"some_url"}]`,
		},
		{
			"bcb53661c06b4728e59d897fb6165d5c9cda0fd9cdf9d09ead458168deb7518c",
			"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYAGMWO8XgCamYKMJS6jc/qgvSlAdAjPuDPRcXU22YxgBrz+zoN19MzuRyW87qEt9/AmtoNP5GrobzUvQSyJFVw==",
			"MEQCIQDaMKqrGnE27S0kgMrEK0eYBmyG0LeZismAEz/BgZyt7AIfXt9fErtRS4XaeSt/AO1RtBY66YcAdjxji410VQV4xg==",
			`[{"source":"commit","token":"some_token","type":"some_type","url":"https://example.com/base-repo-url/"}]`,
		},
	} {
		der, err := base64.StdEncoding.DecodeString(row.key)
		require.NoError(t, err)
		key, err := x509.ParsePKIXPublicKey(der)
		require.NoError(t, err)
		s := newScanner(t, newWorld(t), func(cfg *tokens.ScanningConfig) {
			cfg.Keys = func(_ context.Context, id string) (*ecdsa.PublicKey, error) {
				assert.Equal(t, row.id, id)
				return key.(*ecdsa.PublicKey), nil
			}
		})
		fields := []string{"Github-Public-Key-Identifier", row.id, "Github-Public-Key-Signature", row.signature}
		answer := s.post(row.body, fields...)
		assert.Equal(t, 200, answer.Code)
		assert.JSONEq(t, `[{"token_hash":"`+hex.EncodeToString(sum("some_token"))+`","token_type":"some_type","label":"false_positive"}]`, answer.Body.String())
		assert.Equal(t, 403, s.post(row.body+"\n", fields...).Code)
	}
}

func sum(text string) []byte {
	digest := sha256.Sum256([]byte(text))
	return digest[:]
}

func TestScanningRefuses(t *testing.T) {
	w := newWorld(t)
	s := newScanner(t, w, func(cfg *tokens.ScanningConfig) { cfg.MaxBody = 300_000 })
	for name, body := range map[string]string{
		"nothing": "", "no JSON": "x", "no array": `{"token":"a"}`, "null": "null", "cut off": `[{"token":"a"}`, "a tail": `[]x`, "two": "[][]",
		"no object": `["a"]`, "no token": `[{"type":"a"}]`, "a number": `[{"token":1}]`, "a control character": `[{"token":"a\u0000"}]`,
		"a long member": reportOf(strings.Repeat("a", 3000)), "too many": "[" + strings.Repeat(`{"token":"a"},`, 4096) + `{"token":"a"}]`,
		"deep": `[{"token":"a","x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + "}]",
	} {
		assert.Equal(t, 400, s.report(body).Code, name)
	}
	assert.Equal(t, 200, s.report("["+strings.Repeat(`{"token":"a"},`, 4095)+`{"token":"a"}]`).Code, "as many as may be")
	assert.Equal(t, 413, s.report(strings.Repeat(" ", 300_001)).Code)
	assert.Equal(t, 503, s.post("[]", "Github-Public-Key-Identifier", "broken", "Github-Public-Key-Signature", s.sign("[]")).Code)

	get := httptest.NewRecorder()
	s.endpoint.ServeHTTP(get, httptest.NewRequest("GET", "/", nil))
	assert.Equal(t, 405, get.Code)
	assert.Equal(t, "POST", get.Header().Get("Allow"))

	clear := httptest.NewRecorder()
	s.endpoint.ServeHTTP(clear, httptest.NewRequest("POST", "/", strings.NewReader("[]"))) // from 192.0.2.1, without TLS
	assert.Equal(t, 403, clear.Code)

	minted := w.mint()
	w.db.broken = errors.New("the disk is gone")
	broken := s.report(reportOf(minted.Secret))
	assert.Equal(t, 503, broken.Code)
	assert.NotContains(t, broken.Body.String(), "disk")
}

func TestNewScanningRefuses(t *testing.T) {
	w := newWorld(t)
	for name, change := range map[string]func(*tokens.ScanningConfig){
		"no tokens":    func(cfg *tokens.ScanningConfig) { cfg.Tokens = nil },
		"no events":    func(cfg *tokens.ScanningConfig) { cfg.Events = nil },
		"no keys":      func(cfg *tokens.ScanningConfig) { cfg.Keys = nil },
		"no kinds":     func(cfg *tokens.ScanningConfig) { cfg.Kinds = nil },
		"sessions":     func(cfg *tokens.ScanningConfig) { cfg.Kinds[0].Kind = store.Session },
		"a cap of < 0": func(cfg *tokens.ScanningConfig) { cfg.MaxBody = -1 },
	} {
		cfg := tokens.ScanningConfig{
			Tokens: w.db, Events: w.db, Kinds: []tokens.Kind{{Kind: store.APIKey, Format: apiKey}},
			Keys: func(context.Context, string) (*ecdsa.PublicKey, error) { return nil, nil },
		}
		change(&cfg)
		_, err := tokens.NewScanning(cfg)
		assert.Error(t, err, name)
	}
}

// FuzzReports sends signed messages: whatever they say, no token dies that they do not name, and answers are JSON.
func FuzzReports(f *testing.F) {
	w := newWorld(f)
	s := newScanner(f, w)
	safe := w.mint()
	for _, seed := range []string{"[]", reportOf("x"), reportOf(developer.New()), `[{"token":"a"},{"token":"b"}]`, "[", `[{"TOKEN":"a"}]`, `[null]`, "[{}]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		s := scanner{t: t, key: s.key, endpoint: s.endpoint}
		answer := s.report(body)
		assert.Contains(t, []int{200, 400, 413}, answer.Code)
		assert.True(t, json.Valid(answer.Body.Bytes()))
		if answer.Code == 200 {
			assert.True(t, json.Valid([]byte(body)))
		}
		if !strings.Contains(body, safe.Secret) {
			assert.Equal(t, 200, w.get(safe.Secret))
		}
	})
}
