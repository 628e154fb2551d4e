package client

import (
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// A Client has credentials and signs with them.
type Client struct {
	Key, Secret        string
	Token, TokenSecret string
	// Method is the signature method; HMAC-SHA1 where it is empty.
	Method string
	// RSAKey signs where Method begins with RSA.
	RSAKey *rsa.PrivateKey
	// Now is the time of the timestamps.
	Now func() time.Time
}

// A Place is where protocol parameters are sent.
type Place int

// The places.
const (
	InHeader Place = iota
	InForm
	InQuery
)

// A Call is one request to sign.
type Call struct {
	// Method is GET where it is empty.
	Method string
	// URL is absolute. Its query is signed as it stands.
	URL string
	// Form is the body, where it is a form.
	Form string
	// Body and ContentType are those of other requests.
	Body, ContentType string
	Place             Place
	// Extra are more protocol parameters; those that the client sends anyway are replaced.
	Extra Pairs
	// Without are names of protocol parameters that are left out.
	Without []string
}

// nonces counts the requests of all clients.
var nonces atomic.Int64

// Protocol are the protocol parameters of a call, without the signature.
func (c Client) Protocol(call Call) Pairs {
	method := c.Method
	if method == "" {
		method = "HMAC-SHA1"
	}
	pairs := Pairs{
		{"oauth_consumer_key", c.Key}, {"oauth_signature_method", method},
		{"oauth_timestamp", fmt.Sprint(c.Now().Unix())}, {"oauth_nonce", fmt.Sprintf("nonce%d", nonces.Add(1))},
	}
	if c.Token != "" {
		pairs = append(pairs, [2]string{"oauth_token", c.Token})
	}
	for _, extra := range call.Extra {
		pairs = append(without(pairs, extra[0]), extra)
	}
	for _, name := range call.Without {
		pairs = without(pairs, name)
	}
	return pairs
}

func without(pairs Pairs, name string) Pairs {
	var kept Pairs
	for _, p := range pairs {
		if p[0] != name {
			kept = append(kept, p)
		}
	}
	return kept
}

// Signature is the signature of a call, whose protocol parameters are those in Extra and the client's own.
func (c Client) Signature(call Call) string {
	return c.sign(call, c.Protocol(call))
}

func (c Client) sign(call Call, protocol Pairs) string {
	uri, query, _ := strings.Cut(call.URL, "?")
	signed := append(append(append(Pairs{}, protocol...), decode(query)...), decode(call.Form)...)
	base := BaseString(call.method(), BaseURI(uri), without(signed, "oauth_signature"))
	return Signature(valueOf(protocol, "oauth_signature_method"), base, c.Secret, c.TokenSecret, c.RSAKey)
}

func (call Call) method() string {
	if call.Method == "" {
		return "GET"
	}
	return call.Method
}

// Request signs call and returns it as a server gets it, over a loopback connection.
func (c Client) Request(call Call) *http.Request {
	protocol := c.Protocol(call)
	if valueOf(protocol, "oauth_signature") == "" && !slices.Contains(call.Without, "oauth_signature") {
		protocol = append(protocol, [2]string{"oauth_signature", c.sign(call, protocol)})
	}
	uri, query, _ := strings.Cut(call.URL, "?")
	return request(call, uri, query, protocol)
}

// request puts everything into its place.
func request(call Call, uri, query string, protocol Pairs) *http.Request {
	form := call.Form
	switch call.Place {
	case InForm:
		form = join(form, Form(protocol))
	case InQuery:
		query = join(query, Form(protocol))
	}
	body, contentType := call.Body, call.ContentType
	if form != "" {
		body, contentType = form, "application/x-www-form-urlencoded"
	}
	target := uri
	if query != "" {
		target += "?" + query
	}
	r := httptest.NewRequest(call.method(), target, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:1234"
	_, rest, _ := strings.Cut(target, "://")
	r.RequestURI = rest[strings.IndexByte(rest, '/'):]
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if call.Place == InHeader {
		r.Header.Set("Authorization", Header(protocol))
	}
	return r
}

// BaseURI is §3.4.1.2 for an absolute URI without a query.
func BaseURI(uri string) string {
	scheme, rest, _ := strings.Cut(uri, "://")
	host, path, _ := strings.Cut(rest, "/")
	scheme, host = strings.ToLower(scheme), strings.ToLower(host)
	if scheme == "http" {
		host = strings.TrimSuffix(host, ":80")
	} else {
		host = strings.TrimSuffix(host, ":443")
	}
	return scheme + "://" + host + "/" + path
}

// decode reads a query or a form.
func decode(form string) Pairs {
	var pairs Pairs
	for _, piece := range strings.Split(form, "&") {
		if piece == "" {
			continue
		}
		name, value, _ := strings.Cut(piece, "=")
		pairs = append(pairs, [2]string{unescape(name), unescape(value)})
	}
	return pairs
}

func unescape(text string) string {
	decoded, err := url.QueryUnescape(text)
	if err != nil {
		panic(err)
	}
	return decoded
}

func valueOf(pairs Pairs, name string) string {
	for _, p := range pairs {
		if p[0] == name {
			return p[1]
		}
	}
	return ""
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "&" + b
}
