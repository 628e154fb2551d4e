package client

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/base64"
	"fmt"
	"sort"
	"strings"
)

// Pairs are parameters, decoded: names and values.
type Pairs [][2]string

// Encode is §3.6.
func Encode(text string) string {
	var b strings.Builder
	for _, octet := range []byte(text) {
		if strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", rune(octet)) {
			b.WriteByte(octet)
		} else {
			fmt.Fprintf(&b, "%%%02X", octet)
		}
	}
	return b.String()
}

// Normalise is §3.4.1.3.2.
func Normalise(pairs Pairs) string {
	encoded := make(Pairs, len(pairs))
	for i, p := range pairs {
		encoded[i] = [2]string{Encode(p[0]), Encode(p[1])}
	}
	sort.Slice(encoded, func(i, j int) bool {
		if encoded[i][0] != encoded[j][0] {
			return encoded[i][0] < encoded[j][0]
		}
		return encoded[i][1] < encoded[j][1]
	})
	joined := make([]string, len(pairs))
	for i, p := range encoded {
		joined[i] = p[0] + "=" + p[1]
	}
	return strings.Join(joined, "&")
}

// BaseString is §3.4.1.1. pairs are without oauth_signature.
func BaseString(method, uri string, pairs Pairs) string {
	return strings.ToUpper(method) + "&" + Encode(uri) + "&" + Encode(Normalise(pairs))
}

// Header is §3.5.1, without the realm.
func Header(pairs Pairs) string {
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		parts[i] = fmt.Sprintf(`%s="%s"`, Encode(p[0]), Encode(p[1]))
	}
	return "OAuth " + strings.Join(parts, ", ")
}

// Form is a query or a form body with these pairs.
func Form(pairs Pairs) string {
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		parts[i] = Encode(p[0]) + "=" + Encode(p[1])
	}
	return strings.Join(parts, "&")
}

// hashes are those of the signature methods.
var hashes = map[string]crypto.Hash{"SHA1": crypto.SHA1, "SHA256": crypto.SHA256, "SHA512": crypto.SHA512}

// Signature is §3.4.2, §3.4.3 or §3.4.4. Of a method that nobody knows it is an HMAC-SHA1.
func Signature(method, baseString, secret, tokenSecret string, key *rsa.PrivateKey) string {
	plain := Encode(secret) + "&" + Encode(tokenSecret)
	if method == "PLAINTEXT" {
		return plain
	}
	family, hashName, _ := strings.Cut(method, "-")
	hash, known := hashes[hashName]
	if !known {
		hash = crypto.SHA1
	}
	if family == "RSA" {
		h := hash.New()
		h.Write([]byte(baseString))
		signature, err := rsa.SignPKCS1v15(rand.Reader, key, hash, h.Sum(nil))
		if err != nil {
			panic(err)
		}
		return base64.StdEncoding.EncodeToString(signature)
	}
	mac := hmac.New(hash.New, []byte(plain))
	mac.Write([]byte(baseString))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
