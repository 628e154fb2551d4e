package basic_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/basic"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// passwords is the ten-line fake of package auth/password: it compares plainly and remembers what it was asked.
type passwords struct {
	known map[string]string
	asked []string
	fails error
}

func (p *passwords) Check(_ context.Context, _ *http.Request, name, password string) (store.User, error) {
	p.asked = append(p.asked, name+"\n"+password)
	stored, ok := p.known[name]
	switch {
	case p.fails != nil:
		return store.User{}, p.fails
	case !ok:
		return store.User{}, &autherr.Error{Kind: autherr.Unauthenticated, Reason: "unknown_user"}
	case stored != password:
		return store.User{ID: "id-" + name}, &autherr.Error{Kind: autherr.Unauthenticated, Reason: "wrong_password"}
	}
	return store.User{ID: "id-" + name, Name: name, Scopes: []string{"read"}}, nil
}

func newPasswords() *passwords {
	return &passwords{known: map[string]string{
		"Aladdin": "open sesame", "u": "a:b:c", "test": "123£", "a": "b:c", "a:b": "c", "Jäsøn": "пароль-🔑",
		"jasmine@agrabah.example": "tiger: rajah & co", "empty": "",
	}}
}

func newGate(t testing.TB, cfg basic.Config) *auth.Gate {
	t.Helper()
	if cfg.Realm == "" {
		cfg.Realm = "test"
	}
	scheme, err := basic.New(cfg)
	require.NoError(t, err)
	catalogue, err := auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See things"})
	require.NoError(t, err)
	gate, err := auth.New(auth.Config{Schemes: []auth.Scheme{scheme}, Scopes: catalogue})
	require.NoError(t, err)
	return gate
}

// get sends an Authorization field, or none where it is empty, through the gate.
func get(gate *auth.Gate, field string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "127.0.0.1:40000"
	if field != "" {
		r.Header.Set("Authorization", field)
	}
	w := httptest.NewRecorder()
	gate.Require("read")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _ := auth.FromContext(r.Context())
		_, _ = w.Write([]byte(id.Username))
	})).ServeHTTP(w, r)
	return w
}

func encode(pair string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair)) }

func TestBasic(t *testing.T) {
	for _, row := range []struct {
		name, field string
		status      int
		says        string
	}{
		{"RFC7617-2-02 the RFC's own example", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", 200, "Aladdin"},
		{"RFC7617-2-03 later colons belong to the password", encode("u:a:b:c"), 200, "u"},
		{"RFC7617-2-03 a name with a colon cannot sign in", encode("a:b:c"), 200, "a"},
		{"RFC7617-2-04 no colon", encode("useronly"), 401, `"Could not authenticate:"`},
		{"RFC7617-2-05 a control character in the name", encode("us\ner:pw"), 401, `"Could not authenticate:"`},
		{"RFC7617-2-05 NUL in the password", encode("Aladdin:open\x00sesame"), 401, `"Could not authenticate: Aladdin"`},
		{"RFC7617-2-05 DEL in the password", encode("Aladdin:open\x7fsesame"), 401, `"Could not authenticate: Aladdin"`},
		{"RFC7617-2-08 no base64", "Basic %%%", 401, `"Could not authenticate:"`},
		{"RFC7617-2-08 half a symbol", "Basic QQ", 401, `"Could not authenticate:"`},
		{"RFC7617-2-08 nothing after the blank", "Basic ", 401, `"Could not authenticate:"`},
		{"RFC7617-2-08 the scheme alone", "Basic", 401, `"Could not authenticate:"`},
		{"RFC7617-2-09 white space within", "Basic QWxhZGRp bjpvcGVuIHNlc2FtZQ==", 401, `"Could not authenticate:"`},
		{"RFC7617-2-09 a line break within", "Basic QWxhZGRp\nbjpvcGVuIHNlc2FtZQ==", 401, `"Could not authenticate:"`},
		{"RFC7617-2-09 the URL-safe alphabet", "Basic " + base64.URLEncoding.EncodeToString([]byte("Aladdin:~~~>>>???")), 401, `"Could not authenticate:"`},
		{"RFC7617-2-09 data after the padding", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==QQ==", 401, `"Could not authenticate:"`},
		{"RFC7617-2-09 trailing bits that are not zero", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZR==", 401, `"Could not authenticate:"`},
		{"RFC7617-2-09 padding left out", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ", 401, `"Could not authenticate:"`},
		{"RFC7617-2-10 two spaces after the scheme", "Basic  " + encode("Aladdin:open sesame")[6:], 200, "Aladdin"},
		{"RFC7617-2-10 a tab after the scheme", "Basic\t" + encode("Aladdin:open sesame")[6:], 401, `"Could not authenticate:"`},
		{"RFC7617-2-10 nothing after the scheme", "Basic" + encode("Aladdin:open sesame")[6:], 401, `"Could not authenticate:"`},
		{"RFC7617-2.1-02 the RFC's example in UTF-8", "Basic dGVzdDoxMjPCow==", 200, "test"},
		{"RFC7617-2.1-02 characters from beyond", encode("Jäsøn:пароль-🔑"), 200, "Jäsøn"},
		{"RFC7617-2.1-04 octets that are no UTF-8", encode("test:123\xa3"), 401, `"Could not authenticate:"`},
		{"RFC9110-11.1-01 basic", "basic " + encode("Aladdin:open sesame")[6:], 200, "Aladdin"},
		{"RFC9110-11.1-01 bAsIc", "bAsIc " + encode("Aladdin:open sesame")[6:], 200, "Aladdin"},
		{"an at sign in the name", encode("jasmine@agrabah.example:tiger: rajah & co"), 200, "jasmine@agrabah.example"},
		{"a name is not decoded", encode("jasmine%40agrabah.example:tiger: rajah & co"), 401, `"Could not authenticate: jasmine%40agrabah.example"`},
		{"a wrong password", encode("Aladdin:open barley"), 401, `"Could not authenticate: Aladdin"`},
		{"an unknown user", encode("Iago:open sesame"), 401, `"Could not authenticate: Iago"`},
		{"an empty name", encode(":open sesame"), 401, `"Could not authenticate:"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := get(newGate(t, basic.Config{Passwords: newPasswords()}), row.field)
			require.Equal(t, row.status, w.Code, w.Body.String())
			assert.Contains(t, w.Body.String(), row.says)
			if row.status == 401 {
				assert.Equal(t, `Basic realm="test", charset="UTF-8"`, w.Header().Get("WWW-Authenticate"))
			}
		})
	}
}

func TestChallenge(t *testing.T) {
	t.Run("RFC7617-2-01 names the scheme and the realm", func(t *testing.T) {
		w := get(newGate(t, basic.Config{Passwords: newPasswords(), Realm: `a"b\c`}), "")
		assert.Equal(t, `Basic realm="a\"b\\c", charset="UTF-8"`, w.Header().Get("WWW-Authenticate"))
	})
	t.Run("RFC7617-2.1-01 announces UTF-8 and nothing else", func(t *testing.T) {
		_, err := basic.New(basic.Config{Realm: "test", Passwords: newPasswords(), Charset: "ISO-8859-1"})
		assert.Error(t, err)
		_, err = basic.New(basic.Config{Realm: "test", Passwords: newPasswords(), Charset: "utf-8"})
		assert.NoError(t, err)
	})
	t.Run("RFC9110-11.5-02 a realm with a line break is refused", func(t *testing.T) {
		_, err := basic.New(basic.Config{Realm: "x\r\nSet-Cookie: a=b", Passwords: newPasswords()})
		assert.ErrorIs(t, err, auth.ErrChallenge)
	})
	t.Run("SEC-FAIL-03 nothing is built without a realm or passwords", func(t *testing.T) {
		_, err := basic.New(basic.Config{Passwords: newPasswords()})
		assert.Error(t, err)
		_, err = basic.New(basic.Config{Realm: "test"})
		assert.Error(t, err)
	})
}

func TestWhatDoesNotParseIsNotLookedUp(t *testing.T) {
	known := newPasswords()
	gate := newGate(t, basic.Config{Passwords: known})
	for _, field := range []string{"Basic %%%", "Basic", encode("useronly"), encode("a\x00:b"), encode("test:123\xa3")} {
		require.Equal(t, 401, get(gate, field).Code)
	}
	t.Run("LIM-UTF8-01 no store query with NUL or invalid UTF-8", func(t *testing.T) { assert.Empty(t, known.asked) })
}

func TestLatin1ByOption(t *testing.T) {
	t.Run("RFC7617-2.1-04 read as ISO-8859-1 where the host says so", func(t *testing.T) {
		gate := newGate(t, basic.Config{Passwords: newPasswords(), AllowLatin1: true})
		assert.Equal(t, 200, get(gate, encode("test:123\xa3")).Code)
		assert.Equal(t, 200, get(gate, encode("test:123£")).Code, "UTF-8 stays UTF-8")
	})
}

func TestRealmsStayApart(t *testing.T) {
	t.Run("SEC-BASIC-03 a user of one realm is nobody in another", func(t *testing.T) {
		other := newGate(t, basic.Config{Realm: "B", Passwords: &passwords{known: map[string]string{"Iago": "parrot"}}})
		w := get(other, encode("Aladdin:open sesame"))
		assert.Equal(t, 401, w.Code)
		assert.Contains(t, w.Header().Get("WWW-Authenticate"), `realm="B"`)
	})
}

func TestOtherRefusalsKeepTheirWords(t *testing.T) {
	for status, err := range map[int]error{
		503: autherr.NewUnavailable(errors.New("disk on fire")),
		429: &autherr.Error{Kind: autherr.TooManyRequests, Message: "Too many"},
		500: errors.New("a bug"),
	} {
		w := get(newGate(t, basic.Config{Passwords: &passwords{fails: err}}), encode("Aladdin:open sesame"))
		assert.Equal(t, status, w.Code)
		assert.Empty(t, w.Header().Get("WWW-Authenticate"))
	}
}

func TestLongCredentials(t *testing.T) {
	known := newPasswords()
	known.known["long"] = strings.Repeat("p", 1024)
	gate := newGate(t, basic.Config{Passwords: known})
	assert.Equal(t, 200, get(gate, encode("long:"+known.known["long"])).Code)
	w := get(gate, encode(strings.Repeat("n", 1000)+":x"))
	assert.Equal(t, 401, w.Code)
	assert.Contains(t, w.Body.String(), `"Could not authenticate: `+strings.Repeat("n", 256)+`"`)
}

func TestCredentialsOfAnyLengthCostLittle(t *testing.T) {
	encode := func(length int) string {
		return base64.StdEncoding.EncodeToString([]byte("a:" + strings.Repeat("b", length-2)))
	}
	name, password, reason := basic.Parse(encode(4096), false)
	assert.Equal(t, "a", name)
	assert.Len(t, password, 4094)
	assert.Empty(t, reason)
	_, password, reason = basic.Parse(encode(4099), false)
	assert.Empty(t, password)
	assert.Equal(t, "credentials_too_long", reason)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "dGVzdDoxMjPCow==", "", "%%%", "QQ", "QQ==", "dXNlcm9ubHk="} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, token68 string, latin1 bool) {
		name, password, reason := basic.Parse(token68, latin1)
		if reason != "" {
			assert.Empty(t, password)
			return
		}
		assert.NotContains(t, name, ":")
		if len(name)+1+len(password) > 4096 {
			return // ISO-8859-1 is longer in UTF-8
		}
		again, secret, reason := basic.Parse(base64.StdEncoding.EncodeToString([]byte(name+":"+password)), latin1)
		assert.Equal(t, [3]string{name, password, ""}, [3]string{again, secret, reason}, "what parses prints back")
	})
}
